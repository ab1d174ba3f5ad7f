"""Where the calls of a route score: bars by what is known of them, with the live and the draft threshold."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import floor

from django.utils.translation import gettext as _

from approvals.domain.label import Teaching
from approvals.learning.previewing import Call
from console.pages.thresholds.presenting.wording import number

LEFT, RIGHT, TOP, BASE = 40.0, 708.0, 20.0, 126.0
WIDTH, HEIGHT = 720, 146
STEPS_PER_TENTH = 4
LAYERS = ("wrong", "right", "unseen", "held")
"""From the base line up: what was found wrong stands on the scale."""
GAP, THINNEST, CLOSE = 1.0, 1.5, 90.0


@dataclass(frozen=True)
class Bin:
    """Calls whose scores lie between two numbers."""

    low: str
    high: str
    counts: tuple[int, ...]
    """In the order of `LAYERS`."""


@dataclass(frozen=True)
class Bar:
    """One piece of a bar, in units of the drawing."""

    layer: str
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class Mark:
    """A labelled place on the axis."""

    x: str
    label: str
    anchor: str = "middle"
    text_x: str = ""


@dataclass(frozen=True)
class Chart:
    """The drawing; `bins` is the same as a table and `summary` as a sentence."""

    bars: tuple[Bar, ...]
    ticks: tuple[Mark, ...]
    highest: int
    live: Mark | None
    draft: Mark | None
    between: Bar | None
    bins: tuple[Bin, ...]
    summary: str
    unscored: int
    width: int = WIDTH
    height: int = HEIGHT


def chart(calls: Sequence[Call], *, live: float | None, draft: float | None) -> Chart:
    """Draw calls by score; the axis begins at the tenth below the lowest score or threshold, at most at 0.4."""
    scored = [call for call in calls if call.score is not None]
    lowest = min((value for value in (*_scores(scored), live, draft) if value is not None), default=0.4)
    axis = _Axis(min(0.4, floor(lowest * 10) / 10))
    bins = _bins(scored, axis)
    highest = max((sum(bin_.counts) for bin_ in bins), default=0)
    at_live, at_draft = _lines(axis, live, draft)
    return Chart(
        bars=tuple(_bars(bins, highest, axis)),
        ticks=tuple(axis.ticks()),
        highest=highest,
        live=at_live,
        draft=at_draft,
        between=_between(axis, live, draft),
        bins=tuple(bin_ for bin_ in bins if any(bin_.counts)),
        summary=_summary(scored),
        unscored=len(calls) - len(scored),
    )


@dataclass(frozen=True)
class _Axis:
    """Scores from `start` to 1 on the width of the drawing."""

    start: float

    @property
    def count(self) -> int:
        """How many bins there are."""
        return round((1 - self.start) * 10 * STEPS_PER_TENTH)

    def x(self, score: float) -> float:
        """Where a score lies."""
        return LEFT + (score - self.start) / (1 - self.start) * (RIGHT - LEFT)

    def bin_of(self, score: float) -> int:
        """Which bin a score falls into: its lower border belongs to it, and 1 to the last."""
        place = floor((score - self.start) * 10 * STEPS_PER_TENTH + 1e-9)
        return min(max(place, 0), self.count - 1)

    def border(self, place: int) -> float:
        """The lower border of a bin."""
        return self.start + place / (10 * STEPS_PER_TENTH)

    def ticks(self) -> Iterator[Mark]:
        """A mark at every tenth."""
        for tenth in range(round(self.start * 10), 11):
            yield Mark(f"{self.x(tenth / 10):.1f}", f"{tenth / 10:.1f}")


def _scores(calls: Iterable[Call]) -> Iterator[float]:
    return (call.score for call in calls if call.score is not None)


def _layer(call: Call) -> int:
    if call.is_held:
        return LAYERS.index("held")
    match call.teaching:
        case Teaching.WRONG:
            return LAYERS.index("wrong")
        case Teaching.RIGHT:
            return LAYERS.index("right")
        case _:
            return LAYERS.index("unseen")


def _bins(calls: Iterable[Call], axis: _Axis) -> list[Bin]:
    counts = [[0] * len(LAYERS) for _place in range(axis.count)]
    for call in calls:
        counts[axis.bin_of(call.score or 0.0)][_layer(call)] += 1
    return [
        Bin(f"{axis.border(place):.3f}", f"{axis.border(place + 1):.3f}", tuple(counted))
        for place, counted in enumerate(counts)
    ]


def _bars(bins: Sequence[Bin], highest: int, axis: _Axis) -> Iterator[Bar]:
    unit = (BASE - TOP) / highest if highest else 0.0
    width = (RIGHT - LEFT) / axis.count - 2 * GAP
    for place, bin_ in enumerate(bins):
        heights = [max(count * unit, THINNEST) if count else 0.0 for count in bin_.counts]
        x = axis.x(axis.border(place)) + GAP
        for layer, height, top in zip(LAYERS, heights, accumulate(heights), strict=True):
            if height:
                yield Bar(layer, f"{x:.1f}", f"{BASE - top:.1f}", f"{width:.1f}", f"{height:.1f}")


def _lines(axis: _Axis, live: float | None, draft: float | None) -> tuple[Mark | None, Mark | None]:
    """Both lines, their labels on the sides where they do not meet; a draft that is live is the live line."""
    said_live, said_draft = _("live %(number)s"), _("draft %(number)s")
    if live is None or draft is None or live == draft:
        return _line(axis, live, said_live), None if live == draft else _line(axis, draft, said_draft)
    if abs(axis.x(live) - axis.x(draft)) >= CLOSE:
        return _line(axis, live, said_live), _line(axis, draft, said_draft)
    sides = ("end", "start") if live < draft else ("start", "end")
    return _line(axis, live, said_live, sides[0]), _line(axis, draft, said_draft, sides[1])


def _line(axis: _Axis, cut: float | None, said: str, anchor: str = "") -> Mark | None:
    if cut is None:
        return None
    x = axis.x(cut)
    anchor = anchor or ("end" if x > RIGHT - 40 else "start" if x < LEFT + 20 else "middle")
    text_x = x + {"end": -5, "start": 5}.get(anchor, 0)
    return Mark(f"{x:.1f}", said % {"number": number(cut)}, anchor, f"{text_x:.1f}")


def _between(axis: _Axis, live: float | None, draft: float | None) -> Bar | None:
    """The part of the axis whose calls the draft treats otherwise."""
    if live == draft:
        return None
    low, high = sorted((1.0 if live is None else live, 1.0 if draft is None else draft))
    x, end = axis.x(low), axis.x(high)
    return Bar("between", f"{x:.1f}", f"{TOP:.1f}", f"{end - x:.1f}", f"{BASE - TOP:.1f}")


def _summary(calls: Sequence[Call]) -> str:
    layers = [_layer(call) for call in calls]
    counted = {layer: layers.count(place) for place, layer in enumerate(LAYERS)}
    said = _(
        "%(n)s calls by score: %(wrong)s found wrong, %(right)s found right, %(unseen)s that nobody looked at, "
        "%(held)s that ask at any threshold."
    )
    return said % {"n": len(calls), **counted}
