"""Print the figures: validity beside the naive methods, power, alarm."""

import sys
from collections.abc import Sequence

from tests.domain.calibration.statistics import drifts, naive, streams
from tests.domain.calibration.statistics.worlds import LIMIT, WORLDS

COUNTS = (200, 1_000, 5_000)


def main(count: int) -> None:
    """All tables, from so many streams a cell; a tenth of them where a difference is large or a stream long."""
    few = max(20, count // 10)
    print(f"limit {LIMIT:.0%}, {1 - streams.DELTA:.0%} sure, {streams.HORIZON} test runs, {count} streams a cell")
    names = [world.name for world in WORLDS]
    _row("ever above the limit", names)
    for setting in streams.SETTINGS:
        _row(setting, [f"{streams.false_share(world, setting, count):.1%}" for world in WORLDS])
    for method in naive.METHODS:
        _row(f"naive: {method}", [f"{naive.false_share(world, method, few):.0%}" for world in WORLDS])
    _row("of the oracle's automatic share", names[:5])
    for runs in COUNTS:
        shares = [streams.reached(world, runs, few) for world in WORLDS[:5]]
        _row(f"after {runs} test runs", [f"{share:.0%}" for share in (*shares, sum(shares) / len(shares))])
    _row("rollback after a jump to five times the limit, median", [str(drifts.rollback_after(count))])
    _row("test runs between false alarms at the limit, at least", [f"{drifts.false_gap(few):.0f}"])


def _row(name: str, cells: Sequence[str]) -> None:
    print(" | ".join((name, *cells)), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
