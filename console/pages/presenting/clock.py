"""Times as the console writes them: a countdown near the end, the time of day before it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

SOON = timedelta(minutes=15)
VERY_SOON = timedelta(minutes=5)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Due:
    """When the time of an escalation is over; the script counts down from `at`."""

    at: str
    """ISO 8601, with the zone."""
    label: str
    """For the list: `6:42`, `24 min`, `15:40`, `21 Nov`."""
    long: str
    """For the head of the pane: counts seconds through the whole last hour."""
    tone: str
    """`bad` in the last five minutes, `warn` in the last fifteen, else empty."""
    left: str
    """As words, for those who listen."""


def due(at: datetime, *, now: datetime) -> Due:
    """Write a deadline as seen at `now`; the past reads 0:00."""
    left = max(at - now, timedelta())
    return Due(
        at=at.isoformat(),
        label=countdown(left) if left < SOON else _minutes(left) if left < HOUR else moment(at, now=now),
        long=countdown(left) if left < HOUR else moment(at, now=now),
        tone="bad" if left < VERY_SOON else "warn" if left < SOON else "",
        left=_("%(minutes)s left") % {"minutes": _minutes(left)}
        if left < HOUR
        else _("due %(time)s") % {"time": moment(at, now=now)},
    )


def countdown(left: timedelta) -> str:
    """Minutes and seconds: `6:42`."""
    seconds = int(left.total_seconds())
    return f"{seconds // 60}:{seconds % 60:02}"


def moment(at: datetime, *, now: datetime) -> str:
    """The time of day on the same day, else the date."""
    here, today = timezone.localtime(at), timezone.localtime(now)
    return here.strftime("%H:%M") if here.date() == today.date() else _day(here, today)


def clock(at: datetime, *, now: datetime) -> str:
    """A moment of the past to the second, with its date unless it was today."""
    here, today = timezone.localtime(at), timezone.localtime(now)
    return here.strftime("%H:%M:%S") if here.date() == today.date() else f"{_day(here, today)} {here:%H:%M}"


def _day(here: datetime, today: datetime) -> str:
    """`21 Nov`, and `21 Nov 2025` in another year."""
    return date_format(here, "j M" if here.year == today.year else "j M Y")


def from_iso(text: str) -> datetime | None:
    """Read a stored time; None for what is none."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _minutes(left: timedelta) -> str:
    return _("%(n)s min") % {"n": int(left.total_seconds()) // 60}
