"""A worker stopped past its lease and continued finds its steps taken over: what it still writes is refused."""

import signal
from datetime import timedelta

import pytest

from agents.models import Worker as Row
from tests.faults.fleet import ledger
from tests.faults.fleet.boundaries import ACT, ROLES
from tests.faults.fleet.cases import play_until
from tests.faults.fleet.crew import Worker, wait_for
from tests.faults.fleet.ledger import Books
from tests.faults.fleet.stage import OVER, Cast, Stage
from tests.faults.fleet.worker import orders
from tests.faults.fleet.worker.orders import Orders

LEASE_SECONDS = 2.0


@pytest.mark.parametrize("point", ["begun", "sent"])
def test_a_stalled_worker_does_nothing_more_for_steps_it_has_lost(stage: Stage, point: str) -> None:
    stalled, standby = stage.crew.pair()
    runs = stall(stage, stalled, standby, point=point)
    play_until(stage, runs, lambda: runs.are(*OVER))
    stalled.signal(signal.SIGCONT)
    wait_for("every late write is refused", lambda: len(list(orders.notes(stalled.pid, "stale"))) == len(ROLES))
    stalled.kill()
    assert ledger.audit(runs.runs.values(), stage.world.effects()) == Books()


def test_a_worker_stalled_in_a_transaction_stops_no_heart(stage: Stage) -> None:
    stalled, standby = stage.crew.pair()
    runs = stall(stage, stalled, standby, point="concluding")
    stopped = stalled.beat_at
    wait_for("the lease is over", lambda: Row.objects.get(name__endswith=f":{stalled.pid}").ended_at is not None)
    wait_for("hearts beat on", lambda: standby.beat_at > stopped + timedelta(seconds=LEASE_SECONDS + 3))
    stalled.signal(signal.SIGCONT)
    play_until(stage, runs, lambda: runs.are(*OVER))
    stalled.kill()
    assert ledger.audit(runs.runs.values(), stage.world.effects()) == Books()


def stall(stage: Stage, stalled: Worker, standby: Worker, *, point: str) -> Cast:
    """Runs whose worker stops in the middle of their act; the standby takes it for dead after two seconds."""
    standby.order(Orders(after=stalled.pid, lease_seconds=LEASE_SECONDS))
    runs = stage.accept()
    stalled.order(Orders(point, ACT, runs.ids, is_stop=True, fault="hold"))
    play_until(stage, runs, lambda: orders.ended_at(stalled.pid) is not None)
    return runs
