"""Messages are hints: lost at any moment, they cost a second and nothing else."""

import redis
from django.conf import settings

from tests.faults.fleet import ledger
from tests.faults.fleet.crew import wait_for
from tests.faults.fleet.ledger import Books
from tests.faults.fleet.stage import OVER, Stage
from tests.faults.fleet.worker.orders import Orders


def test_work_goes_on_when_its_messages_are_lost(stage: Stage) -> None:
    first, second = stage.crew.pair()
    runs = stage.accept()
    lose_messages()
    for worker in (first, second):
        worker.order(Orders())
    wait_for("everybody waits", lambda: runs.are("waiting"))
    for worker in (first, second):
        worker.order(Orders(after=worker.pid))
    stage.answer(runs)
    lose_messages()
    for worker in (first, second):
        worker.order(Orders())
    wait_for("the end of every run", lambda: runs.are(*OVER))
    assert ledger.audit(runs.runs.values(), stage.world.effects()) == Books()


def lose_messages() -> None:
    """Remove everything of this installation from Valkey, queues and bindings; other xdist workers keep theirs."""
    client = redis.Redis.from_url(settings.CACHES["default"]["LOCATION"])
    found = list(client.scan_iter(f"{settings.CELERY_KEY_PREFIX}*"))
    if found:
        client.delete(*found)
    client.close()
