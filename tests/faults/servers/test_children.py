"""A child of a worker's pool is killed as the kernel kills, while its parent lives on: its steps are taken over."""

import os
import random
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.faults.fleet.scene import cases
from tests.faults.fleet.scene.crew import Kit, Worker, wait_for
from tests.faults.fleet.scene.ledger import Books
from tests.faults.fleet.scene.opening import opened
from tests.faults.fleet.scene.stage import Stage
from tests.faults.fleet.scene.summary import Tell
from tests.faults.servers import load

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("fleet")]

KILLS, CHILDREN = 15, 3


@pytest.fixture(scope="module")
def stage(
    django_db_blocker: DjangoDbBlocker, django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """One worker with a pool of processes."""
    kit = Kit(pool="processes", concurrency=CHILDREN, reserve=1)
    with django_db_blocker.unblock(), opened(tmp_path_factory.mktemp("children"), kit) as made:
        yield made


def test_a_killed_child_of_a_living_worker_loses_and_doubles_nothing(stage: Stage, tell: Tell) -> None:
    (parent,) = workers = stage.crew.all()
    chance, runs = random.Random(3), load.many(stage, 8)
    load.let(workers)

    def kill_one() -> None:
        wait_for("a child", lambda: bool(children(parent)))
        os.kill(chance.choice(children(parent)), signal.SIGKILL)

    kills = load.strike(stage, runs, workers, kill_one, times=KILLS, every=4)
    report = cases.play_to_end(stage, runs, seconds=120)
    print(f"\nchildren killed: {kills}, runs: {len(runs.runs)}")
    tell(replace(report, kind="children of a pool killed", kills=kills))
    assert not parent.is_gone
    assert report.books == Books()


def test_dead_children_that_nobody_looks_after_show_as_lost(stage: Stage) -> None:
    (parent,) = workers = stage.crew.all()
    runs = load.many(stage, 2)
    load.let(workers, broken="nobody looks after the dead")
    enough = load.claims(workers) + 3
    wait_for("some are claimed", lambda: load.claims(workers) >= enough)
    for child in children(parent):
        os.kill(child, signal.SIGKILL)
    broken = cases.play_to_end(stage, runs, seconds=6)
    load.let(workers)
    assert cases.play_to_end(stage, runs, seconds=60).books == Books()
    assert broken.books.lost


def children(parent: Worker) -> list[int]:
    """The processes of its pool, as the kernel lists them: under the thread that started each."""
    threads = Path(f"/proc/{parent.pid}/task").glob("*/children")
    return [int(pid) for thread in threads for pid in thread.read_text(encoding="ascii").split()]
