"""A right action with one value exchanged: a mistake whose answer is known, made of evidence that was frozen.

Nothing is asked of any tool: a preview of now would show a world in which the action has happened. So the value is
exchanged wherever the frozen preview shows it, and only a value that it shows is exchanged at all: a mistake that
nobody could see measures nothing.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

from approvals.domain.evidence import Change, Evidence, Preview

SHORTEST = 2
"""Shorter texts and numbers stand in too many places to be exchanged in all of them."""
LONGEST = 200


class Corruption(NamedTuple):
    """One field with another value, and the evidence that shows it; where values come from is to be told anew."""

    path: str
    before: Any
    after: Any
    arguments: dict[str, Any]
    preview: Preview
    title: str


def corruptions(value: Evidence, donors: Mapping[str, Sequence[Any]]) -> Iterator[Corruption]:
    """Every exchange that can be made and seen, of text and numbers that steer the call.

    `donors` are values that other calls of the tool had in the same field; a number that has none gets two of its
    digits exchanged. Text that is written for others to read stays as it is, and so does what the tool's schema lists:
    another reason of a list may be as good.
    """
    texts = {found.path for found in value.grounding if found.role == "text"}
    for path, before in _leaves(value.arguments):
        if path in texts or _is_listed(value.tool.parameters, path) or not SHORTEST <= len(str(before)) <= LONGEST:
            continue
        for after in _others(before, donors.get(path, ())):
            made = _exchanged(value, path, before, after)
            if made is not None:
                yield made


def _is_listed(schema: Mapping[str, Any], path: str) -> bool:
    field: Any = schema
    for name in path.split("."):
        field = field if isinstance(field, Mapping) else {}
        field = field.get("items") if name.isdecimal() else field.get("properties", {}).get(name)
    return isinstance(field, Mapping) and ("enum" in field or "const" in field)


def _exchanged(value: Evidence, path: str, before: Any, after: Any) -> Corruption | None:
    preview, title = value.material.preview, value.material.title
    forms = list(zip(_forms(before), _forms(after), strict=True))
    new_title, changes = _told(title, forms), tuple(_row(change, forms) for change in preview.changes)
    if preview.changes and new_title == title and changes == preview.changes:
        return None
    fact = preview.typed_fact
    if fact is not None:
        fact = fact.model_copy(update={"value": _told(fact.value, forms)})
    told = {"changes": changes, "affects": _told(preview.affects, forms), "typed_fact": fact}
    arguments: dict[str, Any] = _put(value.arguments, path.split("."), after)
    return Corruption(path, before, after, arguments, preview.model_copy(update=told), new_title)


def _row(change: Change, forms: list[tuple[str, str]]) -> Change:
    after = None if change.after is None else _told(change.after, forms)
    return change if after == change.after else change.model_copy(update={"after": after, "is_flagged": False})


def _told(text: str, forms: list[tuple[str, str]]) -> str:
    """A text with a value in another's place, in the first form that stands there as a whole."""
    for old, new in forms:
        start = text.find(old)
        while start != -1 and not _is_whole(text, start, start + len(old)):
            start = text.find(old, start + 1)
        if start != -1:
            return text[:start] + new + text[start + len(old) :]
    return text


def _is_whole(text: str, start: int, end: int) -> bool:
    return not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum())


def _forms(value: Any) -> list[str]:
    """How a value is written on a page; a number in several ways, also one that is a text."""
    number = _number(value)
    if number is None:
        return [str(value)] * 4
    return [f"{number:,.2f}", f"{number:.2f}", f"{number:,}", str(value)]


def _number(value: Any) -> Decimal | None:
    if isinstance(value, str) and not re.fullmatch(r"[1-9]\d{0,11}(\.\d{1,4})?", value, re.ASCII):
        return None
    return Decimal(str(value))


def _others(before: Any, donors: Sequence[Any]) -> Iterator[Any]:
    found = [other for other in donors if type(other) is type(before) and other != before and str(other)]
    yield from found
    if not found and _number(before) is not None:
        digits = str(before)
        for place, (one, other) in enumerate(pairwise(digits)):
            if one.isdigit() and other.isdigit() and one != other and other != "0":
                yield type(before)(digits[:place] + other + one + digits[place + 2 :])
                return


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, str | int | float]]:
    match value:
        case dict():
            for name, inner in value.items():
                yield from _leaves(inner, f"{path}.{name}" if path else str(name))
        case list():
            for place, inner in enumerate(value):
                yield from _leaves(inner, f"{path}.{place}")
        case str() | int() | float() if not isinstance(value, bool):
            yield path, value


def _put(value: Any, path: list[str], after: Any) -> Any:
    """The same arguments with one leaf exchanged."""
    if not path:
        return after
    if isinstance(value, list):
        return [_put(inner, path[1:], after) if str(n) == path[0] else inner for n, inner in enumerate(value)]
    return {name: _put(inner, path[1:], after) if name == path[0] else inner for name, inner in value.items()}
