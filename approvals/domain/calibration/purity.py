"""The stricter promise: of the runs that acted alone, at most a share was wrong (CALIBRATION section 2.10).

A stricter threshold can have a worse share, so the thresholds are fixed beforehand and tested from strict to loose in
two sequences, each of which ends at its first failure (Bauer 1991; Angelopoulos et al., "Learn then Test", 2021).
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from approvals.domain.calibration.evidence import check_limit, need_of, reaches
from approvals.domain.calibration.run import (
    STEPS,
    AnyAction,
    AnyRun,
    State,
    check_places,
    complete,
    opened,
    opened_action,
    steps,
)

MASSES = tuple(twentieth / 20 for twentieth in range(1, 21))
FIRST_MASSES = (0.2, 0.5)
"""A sequence starts at the first threshold that lets at least this share run."""


@dataclass(frozen=True)
class PurityCertificate:
    """What is proven now; each list has one entry a threshold of the grid."""

    starts: list[int]
    """Where in the grid the sequences start: one or two places, none where no mass is large enough."""
    need: float
    """The evidence each threshold needs: sequences / delta."""
    n: list[int]
    """Test runs with an action at or above the threshold."""
    wrong: list[int]
    """Of those, with a wrong or overdue one there."""
    ok: list[bool]
    """Whether the threshold's own evidence is enough, reached by a sequence or not."""
    threshold: float | None
    """The loosest that a sequence reached without a failure; None: everything asks."""


def certify_purity(
    runs: Iterable[AnyRun], limit: float, delta_c: float, grid: Sequence[float], mass: Sequence[float]
) -> PurityCertificate:
    """The loosest threshold of the grid at which at most a share `limit` of the runs that act alone goes wrong.

    `runs` are those of one epoch, in any order and either form; what the coin did not draw is not looked at, and
    nothing from the first run with a pending action on. `grid` and `mass` were fixed at the start of the epoch, strict
    to loose: thresholds that do not rise, and the shares they let run, that do not fall. Raises ValueError where they
    are not so, and like `certify`.
    """
    check_limit(limit)
    _check_grid(grid, mass)
    starts = _starts(mass)
    need_of(delta_c)
    need = len(starts) / delta_c
    best, worst = _look(runs)
    n = [_at_least(best, threshold) for threshold in grid]
    wrong = [_at_least(worst, threshold) for threshold in grid]
    ok = [need >= 1 and reaches(*counts, limit, need) for counts in zip(n, wrong, strict=True)]
    reached = [place for start in starts for place in _sequence(ok, start)]
    threshold = float(grid[max(reached)]) if reached else None
    return PurityCertificate(starts, need, n, wrong, ok, threshold)


def purity_grid(scores: Iterable[float]) -> list[float]:
    """A grid for `MASSES` from the highest score of each run before the epoch, no label looked at.

    The scores' own quantiles, rounded up to 3 decimals. Raises ValueError without a score that could run alone.
    """
    ordered = sorted((known for score in scores if (known := steps(score)) >= 0), reverse=True)
    if not ordered:
        raise ValueError("a grid needs scores between 0 and 1")
    ranks = (-(-len(ordered) * twentieth // 20) for twentieth in range(1, 21))
    return [ceil(ordered[rank - 1] / 100) / 1000 for rank in ranks]


def _check_grid(grid: Sequence[float], mass: Sequence[float]) -> None:
    if len(grid) != len(mass):
        raise ValueError(f"{len(grid)} thresholds cannot have {len(mass)} masses")
    if not all(0 <= share <= 1 for share in (*grid, *mass)):
        raise ValueError("thresholds and masses lie between 0 and 1")
    if list(grid) != sorted(grid, reverse=True) or list(mass) != sorted(mass):
        raise ValueError("a grid goes from strict to loose")


def _starts(mass: Sequence[float]) -> list[int]:
    found = (next((place for place, share in enumerate(mass) if share >= least), None) for least in FIRST_MASSES)
    return sorted({place for place in found if place is not None})


def _look(runs: Iterable[AnyRun]) -> tuple[list[float], list[float]]:
    """Sorted scores of the runs before the first pending one: the highest of each, and the highest mistake of each."""
    with complete():
        drawn = [(place, *_outcome(actions)) for place, is_test, _, actions in map(opened, runs) if is_test]
    check_places([run[0] for run in drawn])
    seen = sorted(drawn)
    end = next((place for place, _, _, is_pending in seen if is_pending), None)
    done = [run for run in seen if end is None or run[0] < end]
    best = sorted(score / STEPS for _, score, _, _ in done if score >= 0)
    worst = sorted(mistake / STEPS for _, _, mistake, _ in done if mistake >= 0)
    return best, worst


def _outcome(actions: Iterable[AnyAction]) -> tuple[int, int, bool]:
    highest, mistake, is_pending = -1, -1, False
    for action in actions:
        score, state = opened_action(action)
        exact = steps(score)
        highest = max(highest, exact)
        if state in (State.WRONG, State.OVERDUE):
            mistake = max(mistake, exact)
        is_pending = is_pending or state == State.PENDING
    return highest, mistake, is_pending


def _at_least(ordered: Sequence[float], threshold: float) -> int:
    return len(ordered) - bisect_left(ordered, threshold)


def _sequence(ok: Sequence[bool], start: int) -> Iterable[int]:
    """The thresholds one sequence accepts, up to its first failure."""
    failed = next((place for place in range(start, len(ok)) if not ok[place]), len(ok))
    return range(start, failed)
