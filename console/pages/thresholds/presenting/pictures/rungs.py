"""The ladder: how many mistakes right of the cut are allowed after how many test runs, and the route's own path."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from approvals.domain.calibration import ladder
from approvals.learning.calibrating import reading
from approvals.learning.calibrating.standing import Seen
from console.pages.thresholds.presenting.pictures.chart import LEFT, RIGHT, Mark

BASE, TOP, HEIGHT = 126.0, 20.0, 152
MOST = 60
FIRST = ngettext_lazy(
    "%(n)s more test run allows the first threshold.", "%(n)s more test runs allow the first threshold.", "n"
)
NEXT = ngettext_lazy(
    "%(n)s more test run allows one more mistake.", "%(n)s more test runs allow one more mistake.", "n"
)
BEYOND = 1.12
"""The axis ends a little after the next rung."""


@dataclass(frozen=True)
class Rungs:
    """The drawing; `rows` is the same as a table."""

    steps: str
    """Path of what is allowed."""
    path: str
    """Path of the route."""
    ticks: tuple[Mark, ...]
    highest: int
    here: Mark
    says: str
    alarm: int
    """How close the alarm is, in percent of where it fires."""
    rows: tuple[tuple[int, int, bool], ...]
    """Mistakes allowed, from how many test runs on, and whether the route is there."""
    height: int = HEIGHT


def rungs(seen: Seen, *, cut: float | None) -> Rungs:
    """Draw the ladder up to the next rung, with the mistakes at or above `cut` run by run."""
    runs = seen.counted
    found = _ladder(len(runs), seen)
    counts = list(_path(runs, cut))
    wrong = counts[-1][1] if counts else 0
    most = max([*found[-1:], len(runs), 1]) * BEYOND
    top = max(len(found), wrong + 1)
    draw = _Drawing(most, top)
    return Rungs(
        steps=draw.steps(found),
        path=draw.path(counts, len(runs)),
        ticks=tuple(Mark(f"{draw.x(n):.1f}", f"{n:,}") for n in _ticks(most)),
        highest=top,
        here=draw.here(len(runs), wrong),
        says=_says(len(runs), found, wrong, cut),
        alarm=round(100 * seen.alarm),
        rows=tuple((place, n, n <= len(runs)) for place, n in enumerate(found)),
    )


@dataclass(frozen=True)
class _Drawing:
    """Test runs on the width, mistakes on the height."""

    most: float
    top: int

    def x(self, n: float) -> float:
        """Where so many runs lie."""
        return LEFT + n / self.most * (RIGHT - LEFT)

    def y(self, count: float) -> float:
        """Where so many mistakes lie."""
        return BASE - count / (self.top) * (BASE - TOP)

    def steps(self, found: Sequence[int]) -> str:
        """From each rung on one mistake more is allowed; before the first not even none is."""
        parts = [
            f"M{self.x(n):.1f} {self.y(max(0, place - 0.5)):.1f}V{self.y(place + 0.5):.1f}"
            for place, n in enumerate(found)
        ]
        ends = [*found[1:], self.most]
        return "".join(f"{part}H{self.x(end):.1f}" for part, end in zip(parts, ends, strict=True))

    def path(self, counts: Sequence[tuple[int, int]], n: int) -> str:
        """The route run by run."""
        parts = [f"M{LEFT:.1f} {BASE:.1f}"]
        parts += [f"H{self.x(place):.1f}V{self.y(count):.1f}" for place, count in counts]
        return "".join([*parts, f"H{self.x(n):.1f}"])

    def here(self, n: int, wrong: int) -> Mark:
        """Where the route stands now."""
        x = self.x(n)
        return Mark(f"{x - 4:.1f}", f"{self.y(wrong) - 4:.1f}", "middle", f"{x:.1f}")


def _ladder(n: int, seen: Seen) -> list[int]:
    """Every rung that is reached and the next one; few of many where there are many."""
    found = ladder(seen.terms.tested, 1 / seen.terms.delta, MOST)
    reached = sum(rung <= n for rung in found)
    return found[: reached + 1]


def _path(runs: Sequence[reading.Tested], cut: float | None) -> Iterator[tuple[int, int]]:
    """Each run with a mistake at or above the cut: its place, and how many there are by then."""
    count = 0
    for place, run in enumerate(runs, start=1):
        score = reading.mistake(run)
        if score is not None and cut is not None and score >= cut:
            count += 1
            yield place, count


def _ticks(most: float) -> list[int]:
    """Four round numbers."""
    step = next(size * 10**power for power in range(9) for size in (1, 2, 5) if size * 10**power * 5 >= most)
    return [step * place for place in range(1, int(most // step) + 1)]


def _says(n: int, found: Sequence[int], wrong: int, cut: float | None) -> str:
    if not found:
        return _("No number of test runs is enough while reviewers may miss every mistake.")
    missing = max(0, found[-1] - n)
    said = str((FIRST if len(found) == 1 and missing else NEXT) % {"n": missing})
    if cut is None:
        return said
    have = ngettext("%(n)s mistake lies right of the line.", "%(n)s mistakes lie right of the line.", wrong)
    return _("%(have)s %(more)s") % {"have": have % {"n": wrong}, "more": said}
