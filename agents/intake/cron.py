"""Cron lines in a time zone: which moments one means, also on the days on which clocks are changed.

Five fields as in cron(5): a day counts when its day of the month or of the week is named, where both are. Of a local
time that does not exist the tick comes once, when the clocks go on; of one that comes twice, the first time. A line
that names every hour follows time itself instead: it ticks in the hour that comes twice both times.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from celery.schedules import ParseException, crontab_parser

from agents.intake.refusals import NotAsWanted
from approvals.domain.values import is_zone

HORIZON_DAYS = 366 * 9
"""A 29th of February is at most eight years away."""
ONE_MINUTE, ONE_DAY = timedelta(minutes=1), timedelta(days=1)
_FIELDS = ((60, 0), (24, 0), (31, 1), (12, 1), (7, 0))
_WORD = re.compile("[a-z]+")
_WORDS: tuple[frozenset[str], ...] = (
    frozenset(),
    frozenset(),
    frozenset(),
    frozenset(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
    frozenset(["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
)
_NAMES = ("minute", "hour", "day of the month", "month", "day of the week")


@dataclass(frozen=True)
class Line:
    """A line that was read; what each field allows."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    """0 is Sunday."""
    is_day_named: bool
    is_weekday_named: bool
    zone: ZoneInfo

    @property
    def is_hourly(self) -> bool:
        """Whether it names every hour."""
        return len(self.hours) == 24

    def allows(self, day: date) -> bool:
        """Whether it ticks on this day at all."""
        if day.month not in self.months:
            return False
        by_day, by_weekday = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        if self.is_day_named and self.is_weekday_named:
            return by_day or by_weekday
        return by_day and by_weekday


@lru_cache(maxsize=1024)
def read(line: str, zone: str) -> Line:
    """The line; raises NotAsWanted with the field that cannot be read, also where it would never tick."""
    parts = line.split()
    if len(parts) != len(_FIELDS):
        raise NotAsWanted(f"A line has five fields, and this one has {len(parts)}.", field="line")
    if not is_zone(zone):
        raise NotAsWanted("No place has a time zone of this name; they look like Europe/Berlin, or UTC.", field="zone")
    # The parser of the library knows 7 as no weekday, and cron does.
    parts[4] = "0" if parts[4] == "7" else parts[4]
    minutes, hours, days, months, weekdays = (_field(part, place) for place, part in enumerate(parts))
    is_named = not parts[2].startswith("*"), not parts[4].startswith("*")
    found = Line(minutes, hours, days, months, weekdays, *is_named, ZoneInfo(zone))
    if next(ticks(found, after=datetime(2000, 1, 1, tzinfo=UTC)), None) is None:
        raise NotAsWanted("There is no such day.", field="line")
    return found


def ticks(line: Line, *, after: datetime) -> Iterator[datetime]:
    """Moments in UTC after this one, in order and each once, for as long as there are calendars for."""
    # The day before too: a tick that its clocks skipped comes when they have gone on.
    day, last = after.astimezone(line.zone).date() - ONE_DAY, after.astimezone(UTC)
    for _ in range(HORIZON_DAYS):
        if line.allows(day):
            for moment in _of_day(line, day):
                if moment > last:
                    last = moment
                    yield moment
        if day >= date.max - ONE_DAY:
            return
        day += ONE_DAY


def _of_day(line: Line, day: date) -> list[datetime]:
    """What the local times of one day are in UTC."""
    times = [datetime.combine(day, time(hour, minute)) for hour in line.hours for minute in line.minutes]
    if line.is_hourly:
        return sorted({moment for local in times for moment in _shown(local, line.zone)})
    return sorted({_first(local, line.zone) for local in times})


def _shown(local: datetime, zone: ZoneInfo) -> list[datetime]:
    """When a clock on the wall shows this time: mostly once, twice or never on a day on which it is changed."""
    both = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return [moment for moment in both if moment.astimezone(zone).replace(tzinfo=None) == local]


def _first(local: datetime, zone: ZoneInfo) -> datetime:
    """The first of them, or the moment at which the clocks have gone on past it."""
    while not (shown := _shown(local, zone)):
        local += ONE_MINUTE
    return shown[0]


def _field(text: str, place: int) -> frozenset[int]:
    most, least = _FIELDS[place]
    # The library reads a name of a day in any field.
    if unknown := set(_WORD.findall(text.lower())) - _WORDS[place]:
        raise NotAsWanted(f"The {_NAMES[place]} cannot be read: {min(unknown)[:40]}.", field="line")
    try:
        found: frozenset[int] = frozenset(crontab_parser(most, least).parse(text.lower()))
    except (ParseException, ValueError, KeyError) as error:
        raise NotAsWanted(f"The {_NAMES[place]} cannot be read: {text[:40]}.", field="line") from error
    if not found or min(found) < least or max(found) >= least + most:
        raise NotAsWanted(f"The {_NAMES[place]} cannot be read: {text[:40]}.", field="line")
    return found
