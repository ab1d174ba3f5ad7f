"""The running number of a tenant's notes, by which a page sees that it missed one."""

from django.core.cache import cache


def group(tenant_id: int) -> str:
    """The group of sockets that hear a tenant's notes."""
    return f"tenant.{tenant_id}"


def advance(tenant_id: int) -> int:
    """Take the next number; one atomic step, so no two notes share it."""
    try:
        return cache.incr(_key(tenant_id))
    except ValueError:
        # The first note, or the first since the cache was emptied.
        cache.add(_key(tenant_id), 0, timeout=None)
        return cache.incr(_key(tenant_id))


async def latest(tenant_id: int) -> int:
    """The number of the last note; 0 before the first and after the cache was emptied."""
    return int(await cache.aget(_key(tenant_id)) or 0)


def _key(tenant_id: int) -> str:
    return f"live-notes:{tenant_id}"
