"""Days: `2024-05-19`, `May 19th`, `19 May 2024` and the ends of `May 13-17` are compared as days, not as words."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTHS = {name[:length]: place + 1 for place, name in enumerate(_NAMES) for length in (3, len(name))} | {"sept": 9}
_MONTH = rf"(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?"
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_UNTIL = rf"(?:\s*(?:-|–|to|until|till|through|and)\s*(?:the\s+)?{_DAY}(?!\d))?"
_YEAR = r"(?:,?\s+(\d{4})\b)?"
_WRITTEN = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_MOMENT = re.compile(
    _WRITTEN.pattern + r"(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?", re.ASCII
)
_MONTH_FIRST = re.compile(rf"\b({_MONTH})\s+{_DAY}(?!\d){_UNTIL}{_YEAR}")
_DAY_FIRST = re.compile(rf"\b{_DAY}{_UNTIL}(?:\s+of)?\s+({_MONTH})(?![a-z]){_YEAR}")
TEXT_LIMIT = 200_000


class Day(NamedTuple):
    """A day; without a year it is that day of any year."""

    month: int
    day: int
    year: int | None = None


def days(text: str) -> Iterator[Day]:
    """Every day that a text names."""
    text = text[:TEXT_LIMIT].lower()
    for match in _WRITTEN.finditer(text):
        yield Day(int(match[2]), int(match[3]), int(match[1]))
    for match in _MONTH_FIRST.finditer(text):
        yield from _both(match[1], (match[2], match[3]), match[4])
    for match in _DAY_FIRST.finditer(text):
        yield from _both(match[3], (match[1], match[2]), match[4])


def day_of(value: str) -> Day | None:
    """The day of a value that is a date, with or without a time behind it; None for everything else."""
    match = _MOMENT.fullmatch(value.strip())
    return Day(int(match[2]), int(match[3]), int(match[1])) if match else None


def is_named(wanted: Day, named: frozenset[Day]) -> bool:
    """Whether a day is among those named, with its year or without any."""
    return wanted in named or wanted._replace(year=None) in named


def _both(month: str, written: tuple[str, str | None], year: str | None) -> Iterator[Day]:
    for day in filter(None, written):
        yield Day(_MONTHS[month.rstrip(".")], int(day), int(year) if year else None)
