"""Wake workers after a commit. A wake-up is a hint: without it the sweep finds the work a second later."""

import structlog
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


def wake_after_commit(count: int = 1) -> None:
    """Send `count` wake-ups once the current transaction has committed; at once when there is none."""
    transaction.on_commit(lambda: wake(count), robust=True)


def wake(count: int = 1) -> None:
    """Send wake-ups now; a broker that is away costs latency and a line in the log, nothing else."""
    from agents.tasks import drain

    for _ in range(count):
        try:
            drain.apply_async(retry=False, ignore_result=True)
        except OperationalError as error:
            log.warning("wake_not_sent", error=str(error))
            return
