"""Sources and schedules as their tables show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agents.intake import cron
from agents.intake.refusals import NotAsWanted
from agents.models import Delivery, Schedule, Source, Tick
from console.pages.presenting import clock


@dataclass(frozen=True)
class Told:
    """One source or schedule."""

    row: Any
    said: str
    """What it is now, in a word or two."""
    tone: str
    last_at: str
    last: str
    """When it last made a run; empty for never."""
    next: str = ""


def sources(found: Iterable[Source], *, now: datetime) -> list[Told]:
    """Write sources; `last_at` was read with them."""
    return [_told(source, getattr(source, "last_at", None), now=now) for source in found]


def schedules(found: Iterable[Schedule], *, now: datetime) -> list[Told]:
    """Write schedules; the same."""
    return [_told(schedule, getattr(schedule, "last_at", None), now=now, next_=_next(schedule)) for schedule in found]


def _told(row: Source | Schedule, last_at: datetime | None, *, now: datetime, next_: str = "") -> Told:
    works = _("ticks") if isinstance(row, Schedule) else _("takes work")
    said, tone = (_("paused"), "warn") if row.paused_at else (works, "ok")
    if isinstance(row, Schedule) and row.next_at is None:
        said, tone = _("cannot be read"), "bad"
    last = clock.clock(last_at, now=now) if last_at else ""
    return Told(row, said, tone, last_at.isoformat() if last_at else "", last, next_)


def _next(schedule: Schedule) -> str:
    return "" if schedule.paused_at or schedule.next_at is None else local(schedule.next_at, schedule.zone)


def local(at: datetime, zone: str) -> str:
    """A moment as the clock on the wall shows it there; in UTC where the calendars do not know the place any more."""
    try:
        here = at.astimezone(ZoneInfo(zone))
    except (OSError, ValueError):
        here = at
    return f"{date_format(here, 'D j M Y, H:i')} {here:%Z}"


def upcoming(schedule: Schedule, *, now: datetime, most: int = 5) -> list[str]:
    """The next moments its line names, in its own time zone."""
    try:
        line = cron.read(schedule.line, schedule.zone)
    except NotAsWanted:
        return []
    return [local(moment, schedule.zone) for moment in islice(cron.ticks(line, after=now), most)]


@dataclass(frozen=True)
class Past:
    """One tick, or one delivery."""

    at: str
    when: str
    run_key: Any
    title: str
    """Of its run; untrusted."""
    missed: int = 0
    reason: str = ""


def ticks(found: Iterable[Tick], *, zone: str) -> list[Past]:
    """Write ticks, with their runs at hand."""
    return [
        Past(
            at=tick.due_at.isoformat(),
            when=local(tick.due_at, zone),
            run_key=tick.run.key if tick.run else None,
            title=tick.run.request.title if tick.run else "",
            missed=tick.missed,
            reason=tick.reason,
        )
        for tick in found
    ]


def deliveries(found: Iterable[Delivery], *, now: datetime) -> list[Past]:
    """Write deliveries, with their runs at hand."""
    return [
        Past(one.received_at.isoformat(), clock.clock(one.received_at, now=now), one.run.key, one.run.request.title)
        for one in found
    ]
