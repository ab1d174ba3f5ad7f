"""Which thresholds a route without any can be offered: none before enough of its runs were looked at.

The measure is the lowest step of the ladder in CALIBRATION 2.4: so many runs, of which so many went wrong, speak
against more than one wrong run in twenty at ten to one, however often somebody looks. An offer is no certificate.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from math import exp, log
from uuid import UUID

from approvals.domain.label import Teaching
from approvals.learning.previewing import Call
from approvals.learning.tuning import OFFERED, Cuts

LIMIT = 0.05
NEED = 10.0
BETS = (0.02, 0.15, 0.40, 0.70)


@dataclass(frozen=True)
class Offer:
    """What a route is offered first."""

    cuts: Cuts
    """Without thresholds while the runs cannot carry any."""
    looked: int
    """Runs of which every call was looked at."""
    missing: int
    """How many more such runs, none of them wrong, are needed; 0 when thresholds are offered."""


def offer(calls: Iterable[Call]) -> Offer:
    """The first thresholds, as far as recorded calls carry them."""
    runs = [found for found in _by_run(calls).values() if all(call.teaching is not None for call in found)]
    wrong = sum(any(_goes_wrong(call) for call in found) for found in runs)
    missing = max(0, needed(wrong) - len(runs))
    return Offer(Cuts() if missing else OFFERED, len(runs), missing)


def needed(wrong: int) -> int:
    """How many runs must have been looked at when so many of them would have gone wrong.

    >>> [needed(wrong) for wrong in range(5)]
    [59, 112, 153, 190, 225]
    """
    return next(runs for runs in count(wrong) if _evidence(runs, wrong) >= NEED)


def _evidence(runs: int, wrong: int) -> float:
    """CALIBRATION 2.4: the mean of four bets against more than `LIMIT` wrong runs."""
    bets = (wrong * log(bet) + (runs - wrong) * log((1 - bet * LIMIT) / (1 - LIMIT)) for bet in BETS)
    return sum(exp(bet) for bet in bets) / len(BETS)


def _by_run(calls: Iterable[Call]) -> Mapping[UUID, list[Call]]:
    found: dict[UUID, list[Call]] = {}
    for call in calls:
        found.setdefault(call.run_key, []).append(call)
    return found


def _goes_wrong(call: Call) -> bool:
    return call.teaching is Teaching.WRONG and call.runs_at(OFFERED.auto)
