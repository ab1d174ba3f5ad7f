"""What a customer has to say: the wish at once, and what the script holds back until it is asked for."""

import re
from dataclasses import dataclass
from functools import lru_cache

from agents.llm.providers.reactive.customer.wording import first_person
from agents.llm.providers.reactive.phrases import leaves, named
from agents.llm.providers.reactive.scenario import Scenario

_ADDRESS = ("address1", "address2", "city", "state", "zip", "country")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_HIDDEN = re.compile(
    r"\((?:which )?you (?:[^()]*?)\b(?:reveal|mention)\b[^()]*? (?:but|because)[, ]+([^()]*)\)", re.IGNORECASE
)
_ASIDE = re.compile(r"\([^()]*\b(?:reveal|mention|forgot what)\b[^()]*\)", re.IGNORECASE)
_STAGE = re.compile(
    r"^(?:and |but )?(?:make sure|mention|do not mention|don't|be |provide all|remember|as you are interacting|insist\b"
    r"|if it refuses|if that doesn't work|if the agent (?:cannot find|asks you to double))",
    re.IGNORECASE,
)
_ON_YES = re.compile(
    r"^(?P<before>.*?)[,.]?\s*(?:but )?(?:if|when) the agent asks (?:you )?(?:for |to )?(?:final )?confirm\w*"
    r"(?: again)?(?: before proceeding)?,\s*(?P<then>.*)$",
    re.IGNORECASE,
)
_ON_QUESTION = re.compile(
    r"^(?:but )?(?:if|when) (?:the agent asks|asked)(?: you)? for (?!(?:final )?confirm)[^,]*,\s*"
    r"(?P<then>.*?)(?: first| initially, but when .*)?\.?$",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(
    r"^(?:suddenly |then )*(?:(?:you )?(?:change your mind|say|mention|provide)"
    r"(?: that| and| to)?(?: ask to)? |you add another request and (?=also)|do not say yes immediately, because "
    r"|you (?=return|ask))",
    re.IGNORECASE,
)
_ASK = (
    (r"(?<!you )\bask the agent (?:explicitly )?to\b", "please"),
    (r"\byou ask the agent (?=if|how|what|whether)", "I want to know "),
    (r"\bask the agent (?=if|how|what|whether|about)", "please tell me "),
    (r"\bask the agent for getting\b", "please give me"),
)
"""Requests in the script's words and as one says them oneself."""


@dataclass(frozen=True)
class Script:
    """The parts of a script, in the customer's own words."""

    wish: str
    on_yes: str
    """Added to the first yes."""
    on_question: str
    """Added to the first answer to a question for details."""


@lru_cache(maxsize=256)
def read(reason_for_call: str) -> Script:
    """Split the reason for the call by when a customer would say each sentence."""
    plain = _ASIDE.sub("", _HIDDEN.sub(r"(\1)", reason_for_call))
    wish: list[str] = []
    on_yes: list[str] = []
    on_question: list[str] = []
    for sentence in filter(None, (part.strip() for part in _SENTENCE.split(plain))):
        if found := _ON_QUESTION.match(sentence):
            on_question.append(_spoken(found["then"]))
        elif found := _ON_YES.match(sentence):
            wish.append(first_person(found["before"]))
            on_yes.append(_spoken(found["then"]))
        elif not _STAGE.match(sentence):
            wish.append(_spoken(sentence))
    return Script(" ".join(filter(None, wish)), " ".join(on_yes[:1]), " ".join(on_question))


def _spoken(sentence: str) -> str:
    for pattern, to in _ASK:
        sentence = re.sub(pattern, to, sentence, flags=re.IGNORECASE)
    return re.sub("^Also want", "I also want", first_person(_LEAD_IN.sub("", sentence)))


def identity(scenario: Scenario, attempt: int) -> str:
    """Who the customer is, the way the reference solution finds them at this attempt (0 is the first)."""
    finds = [action for action in scenario.actions if action.name.startswith("find_user_id")]
    text = first_person(scenario.known_info)
    if finds:
        wanted = finds[min(attempt, len(finds) - 1)].arguments
        zips = re.findall(r"\b\d{5}\b", text)
        if (code := str(wanted.get("zip", ""))) and len(set(zips)) == 1:
            text = text.replace(zips[0], code)
        missing = [value for value in leaves(wanted) if not named(value, text.replace("_", " "))]
        text = f"{text} {_introduce(missing)}".strip()
    if attempt:
        return f"Sorry, I may have mistyped. {text}"
    unknown = scenario.unknown_info.split(". ")[0].strip(" .")
    return f"{text} {first_person(unknown) if unknown != 'None' else ''}".strip()


def _introduce(values: list[str]) -> str:
    return f"For your search: {' '.join(values)}." if values else ""


def details(scenario: Scenario, heard: str) -> str:
    """The values the reference writes need that nobody has said yet, in sentences."""
    for write in scenario.writes:
        missing = {name: value for name, value in write.arguments.items() if _is_unsaid(value, heard)}
        if missing and "summary" not in missing:
            return " ".join(_phrase(name, value) for name, value in _whole(missing, write.arguments).items())
    return ""


def _is_unsaid(value: object, heard: str) -> bool:
    return any(not named(leaf, heard) for leaf in leaves({"": value}))


def _whole(missing: dict[str, object], arguments: dict[str, object]) -> dict[str, object]:
    if not missing.keys() & set(_ADDRESS):
        return missing
    rest = {name: value for name, value in missing.items() if name not in _ADDRESS}
    return {**rest, "address": ", ".join(str(arguments[part]) for part in _ADDRESS if arguments.get(part))}


def _phrase(name: str, value: object) -> str:
    said = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return {
        "reason": f"The reason is: {said}.",
        "address": f"The address is {said}.",
        "order_id": f"The order is {said}.",
        "payment_method_id": f"Please use {said}.",
        "new_item_ids": f"I would like item {said}.",
        "item_ids": f"It is about item {said}.",
    }.get(name, f"My {name.replace('_', ' ')} is {said}.")
