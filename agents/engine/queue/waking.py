"""Wake workers after a commit. A wake-up is a hint: without it the sweep finds the work a second later."""

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


def wake_after_commit(count: int = 1) -> None:
    """Send `count` wake-ups once the current transaction has committed; at once when there is none."""
    transaction.on_commit(lambda: wake(count), robust=True)


def wake(count: int = 1) -> None:
    """Send wake-ups now; a broker that is away costs latency and a line in the log, nothing else."""
    for _ in range(count):
        try:
            # By name: the task is a door above this room.
            current_app.send_task("agents.tasks.drain", retry=False, ignore_result=True)
        except OperationalError as error:
            log.warning("wake_not_sent", error=str(error))
            return
