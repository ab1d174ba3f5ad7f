"""Routes that grow worse, and routes that stay at the limit, under the shipped alarm (CALIBRATION section 2.7)."""

from random import Random
from statistics import fmean, median

from approvals.domain.calibration import alarm
from tests.domain.calibration.statistics.worlds import LIMIT

ARL = 1_000
BEFORE, AFTER = 300, 600
"""Test runs before and after a jump."""
LONGEST = 12_000


def rollback_after(streams: int, *, before: float = LIMIT / 2, after: float = 5 * LIMIT) -> float:
    """Median test runs from a jump to the alarm; streams with a false alarm before it are left out."""
    dice = Random("jump")
    delays = []
    for _ in range(streams):
        outcomes = [dice.random() < (before if run < BEFORE else after) for run in range(BEFORE + AFTER)]
        fired = alarm(outcomes, LIMIT, ARL).index
        delay = AFTER if fired is None else fired + 1 - BEFORE
        delays += [delay] * (delay > 0)
    return median(delays)


def false_gap(streams: int) -> float:
    """Mean test runs to a false alarm at the limit, each stream cut at `LONGEST`: so at least this long."""
    dice = Random("limit")
    gaps = []
    for _ in range(streams):
        fired = alarm([dice.random() < LIMIT for _ in range(LONGEST)], LIMIT, ARL).index
        gaps.append(LONGEST if fired is None else fired + 1)
    return fmean(gaps)
