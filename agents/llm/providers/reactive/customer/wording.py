"""Turns a script written to somebody (`You want …`) into what that person says (`I want …`)."""

import re

_AGENT = "\ue000"
"""Stands for the agent while every other `you` becomes `I`; a private character no script holds."""

_BEFORE_ME = "for|to|with|from|of|by|at|asks?|saves?|tells?|helps?|gives?|lets?|made|makes?|offers?|sends?|sent"
_AFTER_I = "want|have|need|will|can|would|just|also|are|received|ordered|placed"
_RULES: tuple[tuple[str, str], ...] = (
    (r"\bthe (?:customer service )?agent's", f"{_AGENT}r"),
    (r"\bthe (?:customer service )?agent (?:is|was)\b", f"{_AGENT} are"),
    (r"\bthe (?:customer service )?agent (say|ask|tell|give|provide|find|insist|offer|confirm)s\b", rf"{_AGENT} \1"),
    (r"\bthe (?:customer service )?agent\b", _AGENT),
    (r"\byou name is\b", "my name is"),
    (r"\byou(?:'re| are)\b", "I am"),
    (r"\byou were\b", "I was"),
    (r"\byou('(?:d|ll|ve))\b", r"I\1"),
    (r"\byourself\b", "myself"),
    (r"\byours\b", "mine"),
    (r"\breturn you\b", "return my"),
    (r"\byour\b", "my"),
    (rf"\b({_BEFORE_ME}) you\b(?! (?:{_AFTER_I}))", r"\1 me"),
    (r"\byou\b", "I"),
    (r"\b(and|but) are\b(?= (?:in|not))", r"\1 am"),
    (_AGENT, "you"),
)
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE), to) for pattern, to in _RULES)


def first_person(text: str) -> str:
    """Rewrite a script; grammar is that of a hurried customer, values are left alone."""
    for pattern, to in _COMPILED:
        text = pattern.sub(to, text)
    text = re.sub(r"\s+([.,;])", r"\1", re.sub(r"\s+", " ", text)).strip(" .;,")
    text = re.sub(r"(^|[.!?]\s+)([a-z])", lambda found: found[1] + found[2].upper(), text)
    if not text:
        return ""
    return text if text[-1] in ".!?" else f"{text}."
