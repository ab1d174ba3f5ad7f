"""Times in a filter: a span back from now (`2h`), a date, a date with a time of day."""

import re
from datetime import datetime, timedelta

from django.utils import timezone

_SPAN = re.compile(r"([1-9]\d{0,4})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def is_moment(value: str) -> bool:
    """Whether this can be read as a time."""
    return bool(_SPAN.fullmatch(value)) or _stamp(value) is not None


def moment(value: str, *, now: datetime) -> datetime:
    """The moment a checked value names, seen from `now`; dates are of the reader's time zone."""
    span = _SPAN.fullmatch(value)
    if span:
        return now - timedelta(**{_UNITS[span[2]]: int(span[1])})
    found = _stamp(value)
    return found if found is not None else now


def text(at: datetime) -> str:
    """A moment as it is typed, to the second."""
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M:%S")


def _stamp(value: str) -> datetime | None:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?)?", value):
        return None
    try:
        return timezone.make_aware(datetime.fromisoformat(value))
    except (ValueError, OverflowError):
        return None
