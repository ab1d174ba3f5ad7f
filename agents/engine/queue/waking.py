"""Wake workers after a commit. A wake-up is a hint: without it heartbeat and sweep find the work a second later.

One wake-up under way is enough for any number of commits: whoever follows it looks until nothing is due, and wakes the
next while there is more than it can carry alone. A mark beside the messages says that one is under way.
"""

from functools import lru_cache

import structlog
from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError
from redis import Redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

MARK_MS = 1_000
"""As long as a lost wake-up can keep others from being sent: no longer than until the next sweep."""


def wake_after_commit() -> None:
    """Send a wake-up once the current transaction has committed (at once without one), unless one is under way."""
    transaction.on_commit(wake, robust=True)


def wake() -> None:
    """Send a wake-up now unless one is under way; a broker that is away costs latency and a line in the log."""
    try:
        if not _marks().set(_mark(), 1, nx=True, px=MARK_MS):
            return
    except (RedisError, OSError) as error:
        log.warning("wake_not_marked", error=str(error))
    send()


def send(count: int = 1) -> None:
    """Send wake-ups whatever is under way: for the sweep, which makes good what was lost."""
    for _ in range(count):
        try:
            # By name: the task is a door above this room.
            current_app.send_task("agents.tasks.drain", retry=False, ignore_result=True)
        except OperationalError as error:
            log.warning("wake_not_sent", error=str(error))
            return


def arrived() -> None:
    """A wake-up is followed from now on: what is committed later needs another. Called before the first look."""
    try:
        _marks().delete(_mark())
    except (RedisError, OSError) as error:
        log.warning("wake_not_unmarked", error=str(error))


def _mark() -> str:
    return f"{settings.CELERY_KEY_PREFIX}wake-up"


@lru_cache(maxsize=1)
def _marks() -> Redis:
    """One client a process: the cache would make one for every command."""
    place = settings.CACHES["default"]
    return Redis.from_url(place["LOCATION"], **place["OPTIONS"])
