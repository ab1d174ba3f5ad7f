"""Print what a look at a route of 100,000 test runs costs: `python -m pytest tests/learning/calibrating/speed.py -s`.

A benchmark and no test of time: it is collected only when it is named, and what it asserts is that all were counted.
"""

import os
import time
from collections.abc import Callable
from random import Random
from typing import TypeVar

import pytest

from approvals.domain.calibration import certify
from approvals.learning import epochs
from approvals.learning.calibrating import looking, reading
from approvals.models import Tenant
from tests.learning.calibrating import streams
from tests.learning.calibrating.streams import RIGHT, WRONG, Done
from tests.learning.calls import ROUTE

RUNS, LOT, ROUNDS = int(os.environ.get("SIGNALBOX_RUNS", "100000")), 10_000, 5
T = TypeVar("T")


@pytest.mark.django_db
def test_what_a_look_costs() -> None:
    dice = Random(1)
    for _ in range(RUNS // LOT):
        streams.record([[Done(dice.random(), WRONG if dice.random() < 0.02 else RIGHT)] for _ in range(LOT)])
    epoch = epochs.current(Tenant.DEFAULT, ROUTE)
    rows = timed("rows to runs, one statement", lambda: reading.drawn(epoch))
    runs = timed("runs for the pure function", lambda: reading.for_auto(rows, epoch))
    proof = timed("certify, pure", lambda: certify(runs, 0.018, 0.1, 1, 0.5))
    timed("coins, one statement", lambda: reading.coins(epoch))
    timed("a whole look", lambda: looking.look(Tenant.DEFAULT, ROUTE))
    assert proof.n == RUNS


def timed(name: str, call: Callable[[], T]) -> T:
    """The best of some rounds, which the machine's other work disturbs least."""
    taken = []
    for _ in range(ROUNDS - 1):
        started = time.perf_counter()
        call()
        taken.append(time.perf_counter() - started)
    print(f"{name}: {1000 * min(taken):.0f} ms")
    return call()
