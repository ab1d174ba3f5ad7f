"""The stretch of time a drawing shows, cut into equal pieces that begin at round times."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format

PIECES = 24
DAY = timedelta(days=1)
STEPS = (
    *(timedelta(seconds=n) for n in (5, 15, 30)),
    *(timedelta(minutes=n) for n in (1, 2, 5, 10, 15, 30)),
    *(timedelta(hours=n) for n in (1, 2, 3, 6, 12)),
    *(timedelta(days=n) for n in (1, 2, 7, 14, 28, 91, 365, 3650)),
)
"""How much time one piece can stand for; the smallest that shows everything in few enough pieces."""


@dataclass(frozen=True)
class Frame:
    """`count` pieces of `step` each, from `start`."""

    start: datetime
    step: timedelta
    count: int

    def place(self, at: datetime) -> int:
        """The piece a moment falls into; what lies outside falls into the nearest."""
        return min(max(int((at - self.start) / self.step), 0), self.count - 1)

    def moment(self, place: int) -> datetime:
        """When a piece begins."""
        return self.start + place * self.step

    def label(self, place: int) -> str:
        """The beginning of a piece, as exactly as its length needs."""
        here = timezone.localtime(self.moment(place))
        day = date_format(here, "j M")
        if self.step >= DAY:
            return date_format(here, "j M Y")
        return f"{day} {here:%H:%M:%S}" if self.step < timedelta(minutes=1) else f"{day} {here:%H:%M}"


def frame(oldest: datetime, now: datetime) -> Frame:
    """The frame that holds everything from the oldest moment to now."""
    step = next((one for one in STEPS if (now - oldest) / one < PIECES - 1), STEPS[-1])
    midnight = timezone.localtime(oldest).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    start = midnight + (oldest - midnight) // step * step
    return Frame(start, step, max(int((now - start) / step) + 1, 1))
