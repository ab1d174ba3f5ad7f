"""How often a key may ask: moving windows of a minute, kept in Valkey for all processes together.

While Valkey is away each process counts for itself, in a fixed number of slots: memory stays bounded, keys that share a
slot wait sooner and never later, and Valkey is asked again only after a pause, so nobody waits for it each time.
"""

import time
from collections.abc import Callable
from functools import cache
from math import ceil
from zlib import crc32

import redis
import structlog
from django.conf import settings
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis.backoff import NoBackoff
from redis.retry import Retry

from approvals.models import AgentKey
from approvals.models.columns import digest
from console.api.problem import TooMany

READS = RateLimitItemPerMinute(600, namespace="api-read")
SUBMISSIONS = RateLimitItemPerMinute(120, namespace="api-submit")
EXPORTS = RateLimitItemPerMinute(30, namespace="api-export")
DELIVERIES = RateLimitItemPerMinute(600, namespace="hook")
FORGERIES = RateLimitItemPerMinute(10, namespace="hook-unsigned")
"""How many deliveries that nobody signed are written down; the others are refused all the same."""
SLOTS = 1024
PAUSE_SECONDS = 5.0
_PATIENCE_SECONDS = 0.5

log = structlog.get_logger(__name__)
_alone_until = 0.0


def count(key: AgentKey, limit: RateLimitItem) -> None:
    """Count one request of this key; raises TooMany with the seconds to wait."""
    count_name(digest(key.secret_sha256), limit)


def count_name(name: str, limit: RateLimitItem) -> None:
    """Count one request under a name; raises TooMany as `count` does."""
    wait = _ask(lambda limiter, name: _hit(limiter, limit, name), name)
    if wait:
        raise TooMany(headers={"Retry-After": str(wait)})


def _hit(limiter: MovingWindowRateLimiter, limit: RateLimitItem, name: str) -> int:
    """0 when there was room, else in how many seconds there will be."""
    if limiter.hit(limit, name):
        return 0
    return max(1, ceil(limiter.get_window_stats(limit, name).reset_time - time.time()))


def _ask(question: Callable[[MovingWindowRateLimiter, str], int], name: str) -> int:
    global _alone_until
    if time.monotonic() >= _alone_until:
        try:
            return question(_shared(), name)
        except StorageError as error:
            _alone_until = time.monotonic() + PAUSE_SECONDS
            log.warning("api_requests_counted_alone", error=str(error))
    return question(_own(), str(crc32(name.encode()) % SLOTS))


@cache
def _shared() -> MovingWindowRateLimiter:
    """One try with a short time-out: nobody's request waits for a dead Valkey."""
    pool = redis.ConnectionPool.from_url(
        settings.CACHES["default"]["LOCATION"],
        socket_timeout=_PATIENCE_SECONDS,
        socket_connect_timeout=_PATIENCE_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    prefix = f"{settings.CACHES['default'].get('KEY_PREFIX', '')}-limits"
    return MovingWindowRateLimiter(RedisStorage("redis://", pool, key_prefix=prefix, wrap_exceptions=True))


@cache
def _own() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(MemoryStorage())
