"""The sentences by which agent and customer understand each other; a real customer or model may say them otherwise."""

import re

WHO = "Could you give me your e-mail address, or your name and zip code?"
CONFIRM = "Shall I go ahead? (yes/no)"
DETAILS = "Before I can do that I still need from you:"
ELSE = "Is there anything else I can do for you?"
DONE = "No, that is everything, thank you."

_NO = re.compile(r"^\W*(no|don't|do not|stop|cancel that|rather not|wait)\b", re.IGNORECASE)
_CONFIRM = re.compile(r"\(yes/no\)|\b(confirm|proceed|go ahead)\b", re.IGNORECASE)
_ELSE = re.compile(r"\b(anything else|something else|else I can)\b", re.IGNORECASE)
_DETAILS = re.compile(r"\b(still need|which|what|reason|provide|full address)\b", re.IGNORECASE)
_WHO = re.compile(r"\b(e-?mail|zip ?code|authenticate|verify|identity|your (full )?name)\b", re.IGNORECASE)


def says_no(text: str) -> bool:
    """Whether an answer to `CONFIRM` declines; anything else counts as a yes only together with the gate."""
    return bool(_NO.search(text))


def asks_to_confirm(text: str) -> bool:
    """Whether an agent asks for a yes."""
    return bool(_CONFIRM.search(text)) and "?" in text


def asks_for_details(text: str) -> bool:
    """Whether an agent asks for values."""
    return DETAILS in text or (bool(_DETAILS.search(text)) and "?" in text)


def asks_who(text: str) -> bool:
    """Whether an agent asks who the customer is."""
    return bool(_WHO.search(text)) and "?" in text


def asks_for_more(text: str) -> bool:
    """Whether an agent asks if that was all."""
    return bool(_ELSE.search(text))


def named(value: str, text: str) -> bool:
    """Whether a value stands in a text as a word of its own, in upper or lower case."""
    # Results are long and a turn asks this dozens of times: finding is ten times faster than a pattern.
    return _stands(value, text) or _stands(value.casefold(), text.casefold())


def _stands(value: str, text: str) -> bool:
    at = text.find(value)
    while at != -1:
        before, after = text[at - 1 : at], text[at + len(value) : at + len(value) + 1]
        if not (before.isalnum() or before == "_" or after.isalnum() or after == "_"):
            return True
        at = text.find(value, at + 1)
    return False


def leaves(arguments: dict[str, object]) -> list[str]:
    """The values of a call as texts, lists opened, empty ones left out."""
    opened = [leaf for value in arguments.values() for leaf in (value if isinstance(value, list) else [value])]
    return [str(leaf) for leaf in opened if leaf not in ("", None)]
