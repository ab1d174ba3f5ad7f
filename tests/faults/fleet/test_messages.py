"""Messages are hints: lost at any moment, they cost a second and nothing else."""

from collections.abc import Iterable

import pytest
import redis
from django.conf import settings

from tests.faults.fleet.scene import ledger
from tests.faults.fleet.scene.crew import Worker, wait_for
from tests.faults.fleet.scene.ledger import Books
from tests.faults.fleet.scene.stage import OVER, Stage
from tests.faults.fleet.worker.orders import Orders

pytestmark = pytest.mark.xdist_group("fleet")


def test_work_goes_on_when_its_messages_are_lost(stage: Stage) -> None:
    workers = stage.crew.pair()
    runs = stage.accept()
    lose_messages()
    let(workers, work=True)
    wait_for("everybody waits", lambda: runs.are("waiting"))
    let(workers, work=False)
    stage.answer(runs)
    lose_messages()
    let(workers, work=True)
    wait_for("the end of every run", lambda: runs.are(*OVER))
    assert ledger.audit(runs.runs.values(), stage.world.effects()) == Books()


def let(workers: Iterable[Worker], *, work: bool) -> None:
    """Let these workers claim what they find, or nothing: a message that reaches them then is spent."""
    for worker in workers:
        worker.order(Orders() if work else Orders(after=worker.pid))


def lose_messages() -> None:
    """Remove everything of this installation from Valkey, queues and bindings; other xdist workers keep theirs."""
    client = redis.Redis.from_url(settings.CACHES["default"]["LOCATION"])
    found = list(client.scan_iter(f"{settings.CELERY_KEY_PREFIX}*"))
    if found:
        client.delete(*found)
    client.close()
