"""Place moments on the width of the drawing; long stretches in which nobody works are shortened and marked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from console.pages.runs import duration
from console.pages.runs.tracing.spans import Span

BREAK = 15.0
"""How much of the width a shortened stretch keeps, in per cent; several share `MOST_BROKEN`."""
MOST_BROKEN = 60.0
MOST_BREAKS = 4
WORTH = 3.0
"""A stretch is shortened when it is longer than this many times everything else, shared among the long ones."""
LEAST = timedelta(seconds=5)
THINNEST = 0.25
TICK_ROOM = 11.0
"""Labels closer than this would run into each other."""
TIME_ROOM = 19.0
"""As much behind a time of day, which is longer and begins where it stands."""
NICE = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 43200, 86400, 604800)


@dataclass(frozen=True)
class Piece:
    """A stretch of time and the part of the width it has."""

    start: datetime
    end: datetime
    left: float
    right: float
    is_short: bool = False


@dataclass(frozen=True)
class Mark:
    """A label above the drawing."""

    x: str
    anchor: str
    label: str
    is_break: bool = False


@dataclass(frozen=True)
class Place:
    """Where a span is drawn, in per cent of the width."""

    x: str
    width: str
    end: str


@dataclass(frozen=True)
class Axis:
    """The whole width, piece by piece."""

    pieces: tuple[Piece, ...]
    marks: tuple[Mark, ...]
    breaks: tuple[str, ...]
    """Where the borders of shortened stretches are."""

    def x(self, at: datetime) -> float:
        """A moment in per cent of the width; what lies outside lies on the edge."""
        for piece in self.pieces:
            if at <= piece.end:
                share = (at - piece.start) / (piece.end - piece.start) if piece.end > piece.start else 0.0
                return piece.left + max(share, 0.0) * (piece.right - piece.left)
        return 100.0

    def place(self, start: datetime, end: datetime) -> Place:
        """Where a span is drawn; the shortest can still be seen."""
        left, right = self.x(start), self.x(end)
        width = max(right - left, THINNEST)
        left = min(left, 100.0 - width)
        return Place(_per_cent(left), _per_cent(width), _per_cent(left + width))


def axis(spans: Sequence[Span], *, start: datetime, end: datetime, is_true_scale: bool = False) -> Axis:
    """Lay the time of a run out; with `is_true_scale` every second has the same width."""
    end = max(end, start + timedelta(milliseconds=1))
    idle = [] if is_true_scale else _long(_idle(spans, start, end), start, end)
    pieces = tuple(_pieces(idle, start, end))
    borders = tuple(_per_cent(edge) for piece in pieces if piece.is_short for edge in (piece.left, piece.right))
    return Axis(pieces, tuple(_marks(pieces)), borders)


def _idle(spans: Sequence[Span], start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """The stretches in which no model, tool or customer worked; moments interrupt them as well."""
    busy = sorted(
        (span.start, span.end or end) for span in spans if span.start and not span.is_waiting and not span.is_parent
    )
    idle, reached = [], start
    for begins, ends in busy:
        if begins > reached:
            idle.append((reached, begins))
        reached = max(reached, ends)
    return [*idle, (reached, end)] if end > reached else idle


def _long(idle: list[tuple[datetime, datetime]], start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """Those of them that would squeeze everything else into a corner."""
    longest = sorted(idle, key=lambda one: one[0] - one[1])[:MOST_BREAKS]
    shortened = [one for one in longest if one[1] - one[0] >= LEAST]
    rest = (end - start) - sum((ends - begins for begins, ends in shortened), timedelta())
    worth = max(rest * WORTH / max(len(shortened), 1), LEAST)
    return sorted(one for one in shortened if one[1] - one[0] >= worth)


def _pieces(idle: list[tuple[datetime, datetime]], start: datetime, end: datetime) -> Iterable[Piece]:
    """Shortened stretches get a fixed width, everything else shares the rest by its length."""
    broken = min(BREAK, MOST_BROKEN / len(idle)) if idle else 0.0
    work = (end - start) - sum((ends - begins for begins, ends in idle), timedelta())
    scale = (100.0 - broken * len(idle)) / work.total_seconds() if work else 0.0
    at, left = start, 0.0
    for begins, ends in idle:
        if begins > at:
            right = left + (begins - at).total_seconds() * scale
            yield Piece(at, begins, left, right)
            left = right
        yield Piece(begins, ends, left, left + broken, is_short=True)
        at, left = ends, left + broken
    if at < end:
        yield Piece(at, end, left, 100.0)


def _marks(pieces: Sequence[Piece]) -> Iterable[Mark]:
    """Seconds from the start; behind a break the time of day, then seconds from there."""
    free = 0.0
    for place, piece in enumerate(pieces):
        if piece.is_short:
            yield _break(piece)
            free = piece.right
            continue
        end = min(100.0 - TICK_ROOM / 2, max(piece.right - TICK_ROOM * 0.6, piece.left))
        for at, anchor, label in _ticks(piece, is_first=place == 0):
            if free <= at <= end:
                yield Mark(_per_cent(at), anchor, label)
                free = at + (TIME_ROOM if anchor == "start" and place else TICK_ROOM)


def _break(piece: Piece) -> Mark:
    """How long a shortened stretch really is; at the edges written inwards."""
    label = duration.between(piece.start, piece.end)
    if piece.left <= 0.0 or piece.right >= 100.0 - THINNEST:
        at, anchor = (0.0, "start") if piece.left <= 0.0 else (100.0, "end")
        return Mark(_per_cent(at), anchor, label, is_break=True)
    return Mark(_per_cent((piece.left + piece.right) / 2), "middle", label, is_break=True)


def _ticks(piece: Piece, *, is_first: bool) -> Iterable[tuple[float, str, str]]:
    """Where they could stand, how they are anchored, and what they say."""
    seconds, width = (piece.end - piece.start).total_seconds(), piece.right - piece.left
    if not is_first and width < TIME_ROOM:
        return
    here = timezone.localtime(piece.start)
    yield piece.left, "start", _("0 s") if is_first else here.strftime("%H:%M:%S")
    step = next((nice for nice in NICE if nice / seconds * width >= TICK_ROOM), None) if seconds else None
    if step is None:
        return
    for number in range(1, int(seconds / step) + 1):
        label = _short(number * step)
        x = piece.left + number * step / seconds * width
        yield x, "middle", label if is_first else _("+%(time)s") % {"time": label}


def _short(seconds: float) -> str:
    """`50 ms`, `4 s`, `2 min`, `3 h`."""
    if seconds < 1:
        return _("%(n)s ms") % {"n": round(seconds * 1000)}
    if seconds < 120:
        return _("%(n)s s") % {"n": f"{seconds:g}"}
    if seconds < 7200:
        return _("%(n)s min") % {"n": f"{seconds / 60:g}"}
    return _("%(n)s h") % {"n": f"{seconds / 3600:g}"}


def _per_cent(value: float) -> str:
    return f"{value:.2f}%"
