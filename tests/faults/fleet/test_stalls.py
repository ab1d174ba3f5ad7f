"""A worker stopped past its lease and continued finds its steps taken over: what it still writes is refused."""

import signal
from datetime import timedelta

import pytest

from tests.faults.fleet.scene import cases, ledger
from tests.faults.fleet.scene.boundaries import ACT, BOUNDARIES, MORE, Boundary
from tests.faults.fleet.scene.cases import play_until
from tests.faults.fleet.scene.crew import Worker, wait_for
from tests.faults.fleet.scene.ledger import Books
from tests.faults.fleet.scene.stage import OVER, Cast, Stage
from tests.faults.fleet.scene.summary import Tell
from tests.faults.fleet.worker import orders
from tests.faults.fleet.worker.orders import Orders

pytestmark = pytest.mark.xdist_group("fleet")

LEASE_SECONDS = 2.0


@pytest.mark.parametrize(
    ("point", "fault"),
    [
        pytest.param("begun", "", id="not sent yet"),
        pytest.param("sent", "hold", id="no reply yet", marks=pytest.mark.full),
    ],
)
def test_a_stalled_worker_does_nothing_more_for_steps_it_has_lost(stage: Stage, point: str, fault: str) -> None:
    stalled, standby = stage.crew.pair()
    runs = stall(stage, stalled, standby, point=point, fault=fault)
    play_until(stage, runs, lambda: runs.are(*OVER))
    stalled.signal(signal.SIGCONT)
    # One that was stopped inside its own transaction has lost that with its session, and writes nothing at all.
    writers = {run.pk for role, run in runs.runs.items() if point != "sent" or role != "own rows"}
    wait_for("every late write is refused", lambda: refused(stalled) >= writers)
    assert ledger.audit(runs.runs.values(), stage.world.effects()) == Books()


def test_a_worker_stalled_in_a_transaction_stops_no_heart(stage: Stage) -> None:
    stalled, standby = stage.crew.pair()
    runs = stall(stage, stalled, standby, point="concluding")
    wait_for("the lease is over", lambda: stalled.row().ended_at is not None)
    over = stalled.row().heartbeat_at + timedelta(seconds=LEASE_SECONDS + 2)
    wait_for("hearts beat on", lambda: standby.row().heartbeat_at > over)
    stalled.signal(signal.SIGCONT)
    play_until(stage, runs, lambda: runs.are(*OVER))
    assert ledger.audit(runs.runs.values(), stage.world.effects()) == Books()


HELD = tuple(one for one in (*BOUNDARIES, *MORE) if one.point not in ("", "claiming"))
"""Every boundary at which somebody holds a step."""


@pytest.mark.full
@pytest.mark.parametrize("boundary", HELD, ids=lambda boundary: boundary.name)
def test_two_workers_on_one_step_do_it_once(stage: Stage, boundary: Boundary, tell: Tell) -> None:
    report = cases.stop_at(stage, boundary)
    tell(report)
    assert report.books == Books()


def refused(worker: Worker) -> set[int]:
    """The runs for which a worker found its step taken over."""
    return {note["run"] for note in orders.notes(worker.pid, "stale")}


def stall(stage: Stage, stalled: Worker, standby: Worker, *, point: str, fault: str = "") -> Cast:
    """Runs whose worker stops in the middle of their act; the standby takes it for dead after two seconds."""
    standby.order(Orders(after=stalled.pid, lease_seconds=LEASE_SECONDS))
    runs = stage.accept()
    stalled.order(Orders(point, ACT, runs.ids, is_stop=True, fault=fault))
    play_until(stage, runs, lambda: orders.ended_at(stalled.pid) is not None)
    return runs
