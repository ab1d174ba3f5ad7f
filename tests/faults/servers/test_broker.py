"""The broker may lose everything at any moment: queued, running, waiting and just decided runs all finish."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from agents.engine.queue import waking
from console.launch import fleet
from console.launch.fleet import Child
from tests.faults.fleet.scene import cases
from tests.faults.fleet.scene.boundaries import ROLES
from tests.faults.fleet.scene.cases import Report
from tests.faults.fleet.scene.crew import Kit, Worker, wait_for
from tests.faults.fleet.scene.ledger import Books
from tests.faults.fleet.scene.opening import opened
from tests.faults.fleet.scene.stage import OVER, Cast, Stage
from tests.faults.fleet.scene.summary import Tell
from tests.faults.servers import forging, load
from tests.faults.servers.broker import Broker

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("fleet")]


@dataclass(frozen=True)
class Yard:
    """A stage whose workers hear of work through a broker of their own."""

    stage: Stage
    broker: Broker

    def workers(self) -> list[Worker]:
        """All of them, idle."""
        return self.stage.crew.all()

    def lose(self, means: str) -> None:
        """Lose everything the broker holds."""
        self.broker.flush() if means == "flushed" else self.broker.restart()


@contextmanager
def laid_out(folder: Path) -> Iterator[Yard]:
    """A yard with two workers; needs an unblocked database."""
    broker = Broker()
    kit = Kit(environment=lambda number: {"REDIS_URL": broker.url}, reserve=2)
    with ExitStack() as stack:
        stack.callback(broker.stop)
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        # What this process accepts and decides is announced where the workers listen.
        patch.setattr(waking, "current_app", broker.app)
        yield Yard(stack.enter_context(opened(folder, kit)), broker)


@pytest.fixture(scope="module")
def yard(
    django_db_blocker: DjangoDbBlocker, django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Yard]:
    """One for all tests of this module whose workers survive."""
    with django_db_blocker.unblock(), laid_out(tmp_path_factory.mktemp("yard")) as made:
        yield made


@pytest.fixture
def own_yard(django_db_blocker: DjangoDbBlocker, django_db_setup: None, tmp_path: Path) -> Iterator[Yard]:
    """One for this test alone."""
    with django_db_blocker.unblock(), laid_out(tmp_path) as made:
        yield made


@pytest.fixture
def ticking(yard: Yard) -> Iterator[Child]:
    """The process that sweeps every second, as in production."""
    child = fleet.beat({**load.environment(), "REDIS_URL": yard.broker.url})
    child.start()
    yield child
    child.stop()


def brought_to(moment: str, yard: Yard, workers: list[Worker]) -> Cast:
    """Runs that are queued, running, waiting or just decided when the broker loses everything."""
    runs = load.many(yard.stage, 2)
    if moment == "queued":
        return runs
    load.let(workers)
    if moment == "running":
        enough = load.claims(workers) + len(ROLES)
        wait_for("some are claimed", lambda: load.claims(workers) >= enough)
        return runs
    wait_for("everybody waits", lambda: runs.are("waiting"))
    if moment == "just decided":
        yard.stage.answer(runs)
    return runs


@pytest.mark.parametrize("means", ["flushed", "killed"])
@pytest.mark.parametrize("moment", ["queued", "running", "waiting", "just decided"])
def test_every_run_finishes_when_the_broker_is(yard: Yard, ticking: Child, moment: str, means: str, tell: Tell) -> None:
    workers = yard.workers()
    runs = brought_to(moment, yard, workers)
    yard.lose(means)
    load.let(workers)
    report = cases.play_to_end(yard.stage, runs)
    tell(replace(report, kind=f"broker {means}"))
    assert (report.books, set(report.counts.values())) == (Books(), {1})


def test_wake_without_sweep_shows_as_lost(yard: Yard) -> None:
    workers = yard.workers()
    runs = brought_to("waiting", yard, workers)
    load.let(workers, broken="wake without sweep")
    yard.broker.kill()
    yard.stage.answer(runs)
    yard.broker.start()
    broken = cases.play_to_end(yard.stage, runs, seconds=5)
    load.let(workers)
    assert cases.play_to_end(yard.stage, runs).books == Books()
    assert len(broken.books.lost) == len(runs.runs)


@pytest.mark.parametrize("lie", forging.LIES, ids=lambda lie: lie.name)
def test_a_lie_in_the_broker_changes_nothing(yard: Yard, lie: forging.Lie, tell: Tell) -> None:
    tell(replace(lied_to(yard, lie), kind="lies in the broker", kills=2))


@pytest.mark.parametrize("lie", forging.POISON, ids=lambda lie: lie.name)
def test_poison_in_the_broker_changes_nothing(own_yard: Yard, lie: forging.Lie, tell: Tell) -> None:
    tell(replace(lied_to(own_yard, lie), kind="poison in the broker", kills=2))


def lied_to(yard: Yard, lie: forging.Lie) -> Report:
    """Runs that are carried while somebody lies, twice; every worker lives on and takes messages as before."""
    workers = yard.workers()
    runs = load.many(yard.stage, 1)
    lie.tell(yard.broker)
    load.let(workers)
    wait_for("everybody waits", lambda: runs.are("waiting"), seconds=15)
    lie.tell(yard.broker)
    report = cases.play_to_end(yard.stage, runs, seconds=15)
    assert [worker for worker in workers if worker.is_gone] == []
    assert (report.books, set(report.counts.values())) == (Books(), {1})
    wait_for("messages are taken as before", lambda: not yard.broker.waiting(), seconds=15)
    return report


def test_a_message_that_is_an_order_shows_as_doubled(yard: Yard) -> None:
    workers = yard.workers()
    runs = load.many(yard.stage, 1)
    load.let(workers, broken="a message is an order")
    cases.play_until(yard.stage, runs, lambda: runs.are(*OVER))

    def is_seen() -> bool:
        forging.doubled(yard.broker)
        return bool(cases.report(yard.stage, runs).books.doubled)

    wait_for("an effect that happened twice", is_seen)
    load.let(workers)
