"""How a customer sounds: growing anger, and the odd characters that people paste."""

import re

from agents.llm.providers.reactive import phrases
from agents.llm.providers.reactive.chance import draw, pick
from agents.llm.providers.reactive.scenario import Flaw, Scenario

_RISING = (
    ("I am not happy about this.", "This has cost me enough time already."),
    ("This is taking far too long!", "I have explained this already, how hard can it be?!"),
    ("I AM REALLY ANNOYED NOW!!", "THIS IS RIDICULOUS, I HAVE BEEN WAITING FOR AGES!!"),
    ("I WANT TO SPEAK TO A MANAGER!!! If this is not settled NOW I am leaving for another shop!!!",
     "THIS IS THE WORST SERVICE EVER!!! GET ME A REAL PERSON, or you have lost a customer!!!"),
)  # fmt: skip
_LOUD = re.compile(r"(?<![\w.@#-])(yes|please|now|go ahead|do it|everything)(?![\w@-])", re.IGNORECASE)
_ODD_SHARE = 0.08
_VALUES = frozenset({"longer", "needed", "ordered", "mistake"})
"""Plain words that are part of a value: a reason the shop accepts."""


def colour(text: str, scenario: Scenario, spoken: int) -> str:
    """Say a text as this customer would after having spoken `spoken` times; the facts in it stay as they are."""
    if scenario.flaw is Flaw.ANGRY and text == phrases.DONE:
        text = f"{text} THAT TOOK LONG ENOUGH!!"
    elif scenario.flaw is Flaw.ANGRY:
        complaint = pick(_RISING[min(spoken, len(_RISING) - 1)], scenario.salt, "temper", spoken)
        text = f"{_louder(text) if spoken > 1 else text} {complaint}"
    return _odd(text, scenario, spoken)


def _louder(text: str) -> str:
    # Values keep their case: the shop must still find `mei.kovacs@example.com`.
    return _LOUD.sub(lambda word: word[0].upper(), text)


def _odd(text: str, scenario: Scenario, spoken: int) -> str:
    if draw(scenario.salt, "odd", spoken) >= _ODD_SHARE:
        return text
    words = [word for word in re.finditer(r"(?<!\S)[a-z]{4,}(?!\S)", text) if word[0] not in _VALUES]
    if not words:
        return text
    word = pick(words, scenario.salt, "odd word", spoken)
    return f"{text[: word.start() + 2]}\u200b{text[word.start() + 2 :]}"
