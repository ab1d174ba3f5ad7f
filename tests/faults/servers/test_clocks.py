"""Workers whose clocks are two hours off, one ahead and one behind: the database's time rules."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.faults.fleet.scene import cases
from tests.faults.fleet.scene.crew import Kit
from tests.faults.fleet.scene.ledger import Books
from tests.faults.fleet.scene.opening import opened
from tests.faults.fleet.scene.stage import Stage
from tests.faults.fleet.scene.summary import Tell
from tests.faults.fleet.worker import clock, orders
from tests.faults.servers import load

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("fleet")]

HOURS = 2 * 3600
UNDO_SECONDS = 2


@pytest.fixture(scope="module")
def stage(
    django_db_blocker: DjangoDbBlocker, django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """Two workers, one in the future and one in the past; decisions can be undone for a while."""
    kit = Kit(environment=lambda number: {clock.VARIABLE: str(HOURS if number % 2 else -HOURS)}, reserve=2)
    with django_db_blocker.unblock(), opened(tmp_path_factory.mktemp("clocks"), kit, undo_seconds=UNDO_SECONDS) as made:
        yield made


@pytest.mark.parametrize("who", [(0, 1), (0,), (1,)], ids=["both", "ahead", "behind"])
def test_a_wrong_clock_changes_nothing(stage: Stage, who: tuple[int, ...], tell: Tell) -> None:
    workers = [stage.crew.all()[place] for place in who]
    runs = load.many(stage, 2)
    load.let(workers)
    report = cases.play_to_end(stage, runs)
    tell(replace(report, kind="clocks two hours off", kills=len(workers)))
    assert (report.books, set(report.counts.values())) == (Books(), {1})
    told = [note["now"] - time.time() for worker in workers for note in orders.notes(worker.pid, "clock")]
    assert all(abs(off) > HOURS - 120 for off in told)


def test_the_worker_whose_clock_rules_shows_as_lost(stage: Stage) -> None:
    behind = stage.crew.all()[1]
    runs = load.many(stage, 1)
    load.let([behind], broken="the worker's clock rules")
    broken = cases.play_to_end(stage, runs, seconds=5)
    load.let([behind])
    assert cases.play_to_end(stage, runs).books == Books()
    assert len(broken.books.lost) == len(runs.runs)
