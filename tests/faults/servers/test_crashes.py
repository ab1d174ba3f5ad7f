"""PostgreSQL crashes under load: what was committed is there, what was not has not happened."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.faults.fleet.scene import cases
from tests.faults.fleet.scene.crew import Kit
from tests.faults.fleet.scene.ledger import Books
from tests.faults.fleet.scene.opening import opened
from tests.faults.fleet.scene.stage import Stage
from tests.faults.fleet.scene.summary import Tell
from tests.faults.servers import load
from tests.faults.servers.cluster import Crashing, crashing

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("fleet")]

CRASHES, LEAST = 8, 5
Site = tuple[Stage, Crashing]


@pytest.fixture(scope="module")
def site(
    django_db_blocker: DjangoDbBlocker, django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A stage on a PostgreSQL of its own."""
    folder = tmp_path_factory.mktemp("site")
    folder.chmod(0o711)
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        cluster = stack.enter_context(crashing(folder))
        yield stack.enter_context(opened(folder, Kit(reserve=2))), cluster


def test_a_database_that_crashes_under_load_loses_and_doubles_nothing(site: Site, tell: Tell) -> None:
    stage, cluster = site
    workers = stage.crew.all()
    runs = load.many(stage, 24)
    load.let(workers)
    crashes = load.strike(stage, runs, workers, cluster.crash, times=CRASHES, every=5)
    report = cases.play_to_end(stage, runs, seconds=120)
    print(f"\ncrashes of PostgreSQL: {crashes}, runs: {len(runs.runs)}")
    tell(replace(report, kind="database crashed", kills=crashes))
    assert report.books == Books()
    # How often depends on how fast the work is done between two of them; it is printed.
    assert crashes >= LEAST


def test_commits_that_are_not_on_disk_show_as_lost(site: Site) -> None:
    stage, cluster = site
    stage.crew.stop()
    cluster.stop_syncing()
    runs = load.many(stage, 1)
    cluster.crash()
    assert load.reconnected(lambda: len(cases.report(stage, runs).books.lost)) == len(runs.runs)
