"""The running number of a tenant's notes, by which a page sees that it missed one."""

from functools import lru_cache
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from redis import Redis


def group(tenant_id: int) -> str:
    """The group of sockets that hear a tenant's notes."""
    return f"tenant.{tenant_id}"


def advance(tenant_id: int) -> int:
    """Take the next number; one atomic step, so no two notes share it."""
    return int(_counter().incr(_key(tenant_id)))


async def latest(tenant_id: int) -> int:
    """The number of the last note; 0 before the first and after the broker was emptied."""
    return int(await sync_to_async(_counter().get)(_key(tenant_id)) or 0)


def _key(tenant_id: int) -> str:
    return f"{settings.CACHES['default']['KEY_PREFIX']}-live-notes:{tenant_id}"


def _counter() -> Any:
    place = settings.CACHES["default"]
    return _client(place["LOCATION"], **place["OPTIONS"])


@lru_cache(maxsize=4)
def _client(location: str, **options: float) -> Redis:
    """One client a process: the cache would make one for every command."""
    return Redis.from_url(location, **options)
