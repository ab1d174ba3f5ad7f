"""The books can fail: what a broken engine does shows in them."""

import signal

import pytest

from tests.faults.fleet.scene import cases, ledger
from tests.faults.fleet.scene.boundaries import ACT, BOUNDARIES
from tests.faults.fleet.scene.stage import Stage
from tests.faults.fleet.worker import orders
from tests.faults.fleet.worker.orders import Orders

pytestmark = pytest.mark.xdist_group("fleet")

SENT = next(boundary for boundary in BOUNDARIES if boundary.point == "sent")
TAKEN = next(boundary for boundary in BOUNDARIES if boundary.point == "claimed")


def test_repeating_an_unknown_effect_shows_as_doubled(stage: Stage) -> None:
    report = cases.kill_at(stage, SENT, broken="unknown repeated blindly")
    assert len(report.books.doubled) == 3


def test_acting_before_the_intent_is_committed_shows_as_unauthorised(stage: Stage) -> None:
    victim, standby = stage.crew.pair()
    runs = stage.accept()
    victim.order(Orders(TAKEN.point, ACT, runs.ids, broken="effect before intent"))
    cases.play_until(stage, runs, lambda: victim.is_gone)
    books = ledger.audit(runs.runs.values(), stage.world.effects())
    cases.release(stage, standby, runs)
    # Our own row was rolled back with its transaction; and nobody has taken over the runs yet.
    assert (len(books.unauthorised), len(books.lost)) == (4, 5)


def test_an_intent_that_nobody_looks_after_shows_as_forgotten(stage: Stage) -> None:
    victim, standby = stage.crew.pair()
    runs = stage.accept()
    victim.order(Orders(SENT.point, ACT, runs.ids, fault=SENT.fault, is_stop=True))
    cases.play_until(stage, runs, lambda: orders.ended_at(victim.pid) is not None)
    books = ledger.audit(runs.runs.values(), stage.world.effects())
    victim.order(Orders())
    stage.world.release()
    victim.signal(signal.SIGCONT)
    cases.release(stage, standby, runs)
    assert len(books.unparked) == 5
