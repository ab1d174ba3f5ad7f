"""The books can fail: what a broken engine does shows in them."""

import signal
from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.faults.fleet.scene import cases, ledger
from tests.faults.fleet.scene.boundaries import ACT, BOUNDARIES
from tests.faults.fleet.scene.opening import opened
from tests.faults.fleet.scene.stage import Stage
from tests.faults.fleet.worker import orders
from tests.faults.fleet.worker.orders import Orders
from tests.faults.laws import damage
from tests.plugins import databases

pytestmark = pytest.mark.xdist_group("fleet")

INTENDED = next(boundary for boundary in BOUNDARIES if (boundary.point, boundary.position) == ("begun", ACT))
SENT = next(boundary for boundary in BOUNDARIES if boundary.point == "sent")
TAKEN = next(boundary for boundary in BOUNDARIES if boundary.point == "claimed")


@pytest.fixture(scope="module")
def stage(
    django_db_blocker: DjangoDbBlocker, django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """A stage of its own: what is broken here stays broken."""
    with django_db_blocker.unblock(), opened(tmp_path_factory.mktemp("oracle")) as made:
        yield made


@pytest.fixture
def unguarded(stage: Stage) -> Iterator[None]:
    """The database's own refusal to change an ended step is switched off, so that only the fence is left to miss."""
    name = databases.current()
    damage.execute("ALTER TABLE agents_step DISABLE TRIGGER guard", name)
    yield
    damage.execute("ALTER TABLE agents_step ENABLE TRIGGER guard", name)


@pytest.mark.full
def test_repeating_an_unknown_effect_shows_as_doubled(stage: Stage) -> None:
    report = cases.kill_at(stage, SENT, broken="unknown repeated blindly")
    assert len(report.books.doubled) == 3


@pytest.mark.full
def test_acting_before_the_intent_is_committed_shows_as_unauthorised(stage: Stage) -> None:
    victim, standby = stage.crew.pair()
    runs = stage.accept()
    victim.order(Orders(TAKEN.point, ACT, runs.ids, broken="effect before intent"))
    cases.play_until(stage, runs, lambda: victim.is_gone)
    books = ledger.audit(runs.runs.values(), stage.world.effects())
    cases.release(stage, standby, runs)
    # Our own row was rolled back with its transaction; and nobody has taken over the runs yet.
    assert books.unauthorised
    assert len(books.lost) == 5


@pytest.mark.full
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


@pytest.mark.full
def test_without_the_fence_the_database_still_refuses_to_write_after_the_end(stage: Stage) -> None:
    stalled, _ = stage.crew.pair()
    report = cases.stop_at(stage, SENT, broken="no fencing at finish")
    assert "ended-run-rests" not in report.books.broken
    assert "SB008" in [refusal["sqlstate"] for refusal in orders.notes(stalled.pid, "refused")]


@pytest.mark.full
def test_no_fencing_at_finish_shows_as_written_after_the_end(stage: Stage, unguarded: None) -> None:
    report = cases.stop_at(stage, SENT, broken="no fencing at finish")
    assert "ended-run-rests" in report.books.broken


@pytest.mark.full
def test_no_look_before_sending_shows_as_doubled(stage: Stage) -> None:
    report = cases.stop_at(stage, INTENDED, broken="no look before sending")
    assert report.books.doubled
