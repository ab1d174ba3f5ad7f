"""Mistakes on a line: every test run's highest mistake at its score, and how many may lie right of the cut."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.domain.calibration import allowed
from approvals.learning.calibrating.standing import Seen
from console.pages.thresholds.presenting.pictures.chart import LEFT, RIGHT, Mark
from console.pages.thresholds.presenting.wording import number

BASE, TOP, SIZE, COLUMN = 100.0, 38.0, 8.0, 9.0
HEIGHT = 128


@dataclass(frozen=True)
class Dot:
    """One mistake, in units of the drawing."""

    x: str
    y: str
    layer: str
    """`wrong` right of the draft, `right` left of it, where a person would have been asked."""


@dataclass(frozen=True)
class Dots:
    """The drawing; `rows` is the same as a table."""

    dots: tuple[Dot, ...]
    ticks: tuple[Mark, ...]
    cut: Mark | None
    proven: Mark | None
    says: str
    is_too_many: bool
    rows: tuple[tuple[str, int, bool], ...]
    """A score, how many mistakes have it, and whether they lie right of the draft."""
    start: str
    """Where the axis begins, for the handle below it."""
    height: int = HEIGHT
    base: str = f"{BASE + 0.5:.1f}"


def dots(seen: Seen, *, draft: float | None, live: float | None) -> Dots:
    """Draw the mistakes of the runs that count, with the draft and with what is proven; one that is live says so."""
    scores = seen.mistakes()
    n = len(seen.counted)
    most = allowed(n, seen.terms.tested, 1 / seen.terms.delta)
    right = sum(draft is not None and score >= draft for score in scores)
    start = min(0.4, floor(min([*scores, draft or 1.0]) * 10) / 10)
    axis = _Axis(start)
    proven = seen.certificate.threshold
    return Dots(
        dots=tuple(_dots(scores, axis, draft)),
        ticks=tuple(Mark(f"{axis.x(tenth / 10):.1f}", f"{tenth / 10:.1f}") for tenth in range(round(start * 10), 11)),
        cut=axis.mark(draft, _("live %(number)s") if draft == live else _("draft %(number)s")),
        proven=axis.mark(proven, _("proven from %(number)s")) if proven != draft else None,
        says=_says(n, most, right, draft),
        is_too_many=draft is not None and 0 <= most < right,
        start=f"{start:.1f}",
        rows=tuple((number(score), count, draft is not None and score >= draft) for score, count in _table(scores)),
    )


@dataclass(frozen=True)
class _Axis:
    """Scores from `start` to 1 on the width of the drawing."""

    start: float

    def x(self, score: float) -> float:
        """Where a score lies."""
        return LEFT + (score - self.start) / (1 - self.start) * (RIGHT - LEFT)

    def mark(self, cut: float | None, said: str) -> Mark | None:
        """A line with its label on the side where there is room; each kind of line has a row for its label."""
        if cut is None:
            return None
        x = self.x(max(cut, self.start))
        anchor, text_x = ("end", x - 5) if x > (LEFT + RIGHT) / 2 else ("start", x + 5)
        return Mark(f"{x:.1f}", said % {"number": number(cut)}, anchor, f"{text_x:.1f}")


def _dots(scores: Sequence[float], axis: _Axis, draft: float | None) -> Iterator[Dot]:
    """One above the other where they would lie on each other, closer together where they are many."""
    places = [floor((axis.x(score) - LEFT) / COLUMN) for score in scores]
    highest = max(Counter(places).values(), default=1)
    step = min(SIZE + 1, (BASE - TOP - SIZE) / max(1, highest - 1))
    stacked: Counter[int] = Counter()
    for score, place in zip(scores, places, strict=True):
        y = BASE - SIZE - 2 - stacked[place] * step
        stacked[place] += 1
        layer = "wrong" if draft is not None and score >= draft else "right"
        yield Dot(f"{axis.x(score) - SIZE / 2:.1f}", f"{y:.1f}", layer)


def _table(scores: Sequence[float]) -> list[tuple[float, int]]:
    """The highest first: these decide."""
    return sorted(Counter(scores).items(), reverse=True)[:50]


def _says(n: int, most: int, right: int, draft: float | None) -> str:
    runs = ngettext("%(n)s test run", "%(n)s test runs", n) % {"n": f"{n:,}"}
    if most < 0:
        return _("%(runs)s: too few to let even none lie right of the line.") % {"runs": runs}
    may = ngettext(
        "%(runs)s: %(most)s mistake may lie right of the line",
        "%(runs)s: %(most)s mistakes may lie right of the line",
        most,
    )
    said = may % {"runs": runs, "most": most}
    if draft is None:
        return _("%(said)s.") % {"said": said}
    return _("%(said)s, and %(right)s do.") % {"said": said, "right": right}
