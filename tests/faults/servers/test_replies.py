"""A COMMIT whose reply is lost has happened, and nobody knows: nothing is done twice, and nothing is forgotten."""

import os
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
from tests.faults.servers.proxy import Proxy
from tests.plugins import databases

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("fleet")]

LOST, SHARE = 60, 0.25
Line = tuple[Stage, Proxy]


@pytest.fixture(scope="module")
def line(
    django_db_blocker: DjangoDbBlocker, django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Line]:
    """A stage whose workers reach the database through a proxy."""
    with ExitStack() as stack:
        proxy = Proxy(os.environ["DATABASE_URL"], seed=5)
        stack.callback(proxy.stop)
        kit = Kit(environment=lambda number: {"DATABASE_URL": proxy.url(databases.current())}, reserve=2)
        stack.enter_context(django_db_blocker.unblock())
        yield stack.enter_context(opened(tmp_path_factory.mktemp("line"), kit)), proxy


def test_lost_replies_to_commits_lose_and_double_nothing(line: Line, tell: Tell) -> None:
    stage, proxy = line
    workers = stage.crew.all()
    runs = load.many(stage, 8)
    proxy.lose(LOST, share=SHARE)
    load.let(workers)
    report = cases.play_to_end(stage, runs, seconds=150)
    print(f"\nreplies to COMMIT lost: {proxy.cuts}, runs: {len(runs.runs)}")
    tell(replace(report, kind="replies to COMMIT lost", kills=proxy.cuts))
    assert report.books == Books()
    assert proxy.cuts == LOST


def test_a_lost_commit_that_is_forgotten_shows_as_lost(line: Line) -> None:
    stage, proxy = line
    workers = stage.crew.all()
    runs = load.many(stage, 2)
    proxy.lose(4, share=1.0)
    load.let(workers, broken="a lost COMMIT is forgotten")
    broken = cases.play_to_end(stage, runs, seconds=9)
    load.let(workers)
    assert cases.play_to_end(stage, runs, seconds=60).books == Books()
    assert broken.books.lost
