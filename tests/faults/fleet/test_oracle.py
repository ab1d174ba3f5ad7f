"""The books can fail: what a broken engine does shows in them."""

from tests.faults.fleet import cases, ledger
from tests.faults.fleet.boundaries import ACT, BOUNDARIES
from tests.faults.fleet.stage import Stage
from tests.faults.fleet.worker.orders import Orders

SENT = next(boundary for boundary in BOUNDARIES if boundary.point == "sent")
TAKEN = next(boundary for boundary in BOUNDARIES if boundary.point == "claimed")


def test_repeating_an_unknown_effect_shows_as_doubled(stage: Stage) -> None:
    report = cases.kill_at(stage, SENT, broken="unknown repeated blindly")
    assert len(report.books.doubled) == 3


def test_acting_before_the_intent_is_committed_shows_as_unauthorised(stage: Stage) -> None:
    victim, standby = stage.crew.pair()
    standby.order(Orders(after=standby.pid))
    runs = stage.accept()
    victim.order(Orders(TAKEN.point, ACT, runs.ids, broken="effect before intent"))
    cases.play_until(stage, runs, lambda: victim.is_gone)
    books = ledger.audit(runs.runs.values(), stage.world.effects())
    cases.release(stage, standby, runs)
    assert len(books.unauthorised) == 4


def test_a_run_that_nobody_takes_over_shows_as_lost(stage: Stage) -> None:
    victim, standby = stage.crew.pair()
    standby.order(Orders(after=standby.pid))
    runs = stage.accept()
    victim.order(Orders(SENT.point, ACT, runs.ids, fault=SENT.fault))
    cases.play_until(stage, runs, lambda: victim.is_gone)
    books = ledger.audit(runs.runs.values(), stage.world.effects())
    cases.release(stage, standby, runs)
    assert (len(books.lost), len(books.unparked)) == (5, 5)
