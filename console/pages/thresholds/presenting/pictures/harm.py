"""Harm against work saved: the more runs alone, the more may go wrong; the range meets the limit where proof ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext as _

from approvals.domain.calibration import upper_limit
from approvals.learning.calibrating.standing import Seen
from approvals.learning.previewing import Call
from console.pages.thresholds.presenting.pictures.picture import LEFT, RIGHT, Path, Picture, Text, box, line, text
from console.pages.thresholds.presenting.wording import number, percent

TOP, BASE, HEIGHT = 44.0, 160.0, 182
STEP = 100
"""The line is reckoned at every hundredth of the score and at every mistake."""
CEILINGS = (0.05, 0.1, 0.2, 0.4, 1.0)
"""How high the picture may be, as a share of runs."""
ROWS = 12


class Point(NamedTuple):
    """What one threshold would have meant."""

    cut: float
    share: float
    """Of the recorded calls, those that would have run alone."""
    wrong: int
    """Test runs with a mistake at or above it."""
    risk: float
    """Of runs, the share found wrong."""
    highest: float
    """The smallest limit that this would certify, with what reviewers miss; 1 where nothing is known."""


@dataclass(frozen=True)
class _Drawing:
    ceiling: float

    def x(self, share: float) -> float:
        return LEFT + share * (RIGHT - LEFT)

    def y(self, risk: float) -> float:
        return BASE - min(risk, self.ceiling) / self.ceiling * (BASE - TOP)

    def at(self, point: Point) -> tuple[float, float]:
        return self.x(point.share), self.y(point.risk)


def harm(seen: Seen, calls: Sequence[Call], *, live: float | None, draft: float | None) -> Picture | None:
    """Draw it from the test runs that count and all recorded calls; None before there is one of each."""
    n = len(seen.counted)
    if not n or not calls:
        return None
    points = _points(seen, calls, n, extra=(live, draft))
    limit = seen.terms.limit
    wanted = max(2.2 * limit, *(point.risk for point in points))
    draw = _Drawing(next(ceiling for ceiling in CEILINGS if ceiling >= min(wanted, 1.0)))
    return Picture(
        says=_says(points, n, limit),
        height=HEIGHT,
        areas=_areas(draw, points),
        lines=(*_grid(draw, limit), line("draft-cut", _stairs(draw, points))),
        boxes=tuple(
            box(layer, draw.x(point.share) - 5, draw.y(point.risk) - 5, 10, 10, is_round=True)
            for layer, point in _marked(points, live, draft)
        ),
        texts=(*_labels(draw, limit), *_named(draw, points, live, draft)),
        columns=(_("Runs alone from"), _("Calls that would"), _("Wrong of 100 runs"), _("At most, as far as proven")),
        rows=tuple(_rows(points, live, draft)),
    )


def _points(seen: Seen, calls: Sequence[Call], n: int, *, extra: Sequence[float | None]) -> list[Point]:
    """From the strictest threshold down."""
    mistakes = sorted(seen.mistakes())
    floor, missed = seen.terms.floor, seen.terms.most_missed
    cuts = {place / STEP for place in range(round(floor * STEP), STEP + 1)}
    cuts |= {cut for score in mistakes for cut in (score, score + 0.00001) if floor <= cut <= 1}
    cuts |= {cut for cut in extra if cut is not None}
    scores = sorted(call.score for call in calls if call.score is not None and not call.is_held)
    found = []
    for cut in sorted(cuts, reverse=True):
        wrong = sum(score >= cut for score in mistakes)
        highest = _highest(n, wrong, 1 / seen.terms.delta) / (1 - missed) if missed < 1 else 1.0
        alone = sum(score >= cut for score in scores)
        found.append(Point(cut, alone / len(calls), wrong, wrong / n, min(1.0, highest)))
    return found


@lru_cache(maxsize=1024)
def _highest(n: int, wrong: int, need: float) -> float:
    return upper_limit(n, wrong, need)


def _stairs(draw: _Drawing, points: Sequence[Point]) -> list[tuple[float, float]]:
    """A share is reached at the risk of its own threshold, and kept until the next."""
    path: list[tuple[float, float]] = []
    for point in points:
        if path:
            path.append((draw.x(point.share), path[-1][1]))
        path.append(draw.at(point))
    return path


def _areas(draw: _Drawing, points: Sequence[Point]) -> tuple[Path, ...]:
    """From the line to the highest that is left open."""
    above: list[tuple[float, float]] = []
    for point in points:
        if above:
            above.append((draw.x(point.share), above[-1][1]))
        above.append((draw.x(point.share), draw.y(point.highest)))
    return (line("between", [*above, *reversed(_stairs(draw, points))], closed=True),)


def _grid(draw: _Drawing, limit: float) -> tuple[Path, ...]:
    ground = line("ground", [(LEFT, BASE), (RIGHT, BASE)])
    return (ground, line("limit", [(LEFT, draw.y(limit)), (RIGHT, draw.y(limit))]))


def _labels(draw: _Drawing, limit: float) -> tuple[Text, ...]:
    """The axes, and the limit by its name."""
    named = _("your limit: %(limit)s of 100 runs") % {"limit": f"{limit * 100:g}"}
    shares = [text(draw.x(part / 5), BASE + 17, percent(part / 5)) for part in range(6)]
    heights = [
        text(LEFT - 6, draw.y(draw.ceiling * part) + 4, f"{draw.ceiling * part * 100:g}", anchor="end")
        for part in (0, 0.5, 1)
    ]
    return (*shares, *heights, text(LEFT, draw.y(limit) - 5, named, anchor="start", layer="bad"))


def _marked(points: Sequence[Point], live: float | None, draft: float | None) -> list[tuple[str, Point]]:
    """What is live is hollow, a draft solid; a draft that is live is what is live."""
    by_cut = {point.cut: point for point in points}
    found = [("hollow", by_cut[live])] if live is not None else []
    return found + ([("solid", by_cut[draft])] if draft is not None and draft != live else [])


def _named(draw: _Drawing, points: Sequence[Point], live: float | None, draft: float | None) -> list[Text]:
    said = {"hollow": _("live %(number)s"), "solid": _("draft %(number)s")}
    found = []
    for layer, point in _marked(points, live, draft):
        x, is_solid = draw.x(point.share), layer == "solid"
        anchor = "end" if x > (LEFT + RIGHT) / 2 else "start"
        label = said[layer] % {"number": number(point.cut)}
        y = TOP - 28 if is_solid else TOP - 6
        found.append(text(x, y, label, anchor=anchor, layer="of-cut draft" if is_solid else "of-cut"))
    return found


def _says(points: Sequence[Point], n: int, limit: float) -> str:
    proven = [point for point in points if point.highest <= limit]
    values = {"n": f"{n:,}", "limit": f"{limit * 100:g}"}
    if not proven:
        said = _("From %(n)s test runs no threshold is proven to stay below %(limit)s wrong of 100 runs.")
        return said % values
    best = proven[-1]
    said = _(
        "From %(n)s test runs: up to %(share)s of calls may run alone, from %(cut)s on. Beyond it, over %(limit)s "
        "wrong of 100 runs cannot be ruled out."
    )
    return said % {**values, "share": percent(best.share), "cut": number(best.cut)}


def _rows(points: Sequence[Point], live: float | None, draft: float | None) -> list[tuple[str, ...]]:
    """Every twentieth of the score, and what is live and drafted."""
    shown = [point for point in points if round(point.cut * STEP, 6) % 5 == 0 or point.cut in (live, draft)]
    return [
        (
            number(point.cut),
            percent(point.share),
            f"{point.risk * 100:.1f}",
            f"{point.highest * 100:.1f}" if point.highest < 1 else _("nothing is known"),
        )
        for point in shown[: 2 * ROWS]
    ]
