"""How often one may try a password: by e-mail and by address, in moving windows that Valkey keeps.

While Valkey is away each process counts for itself, in a fixed number of slots: memory stays bounded, and names that
share a slot make the limit stricter and never looser.
"""

import ipaddress
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from typing import TypeVar
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

BY_EMAIL = RateLimitItemPerMinute(10, 15, namespace="sign-in-email")
BY_ADDRESS = RateLimitItemPerMinute(40, 15, namespace="sign-in-address")
SLOTS = 4096
_PATIENCE_SECONDS = 0.5

T = TypeVar("T")
Question = Callable[[MovingWindowRateLimiter, str], T]
log = structlog.get_logger(__name__)


class TooManyAttempts(Exception):
    """Too many passwords were tried for this e-mail or from this address."""

    def __init__(self, until: float) -> None:
        super().__init__()
        self.until = until
        """Seconds since the epoch."""


def begin(*, email: str, address: str) -> None:
    """Count a try before the password is looked at, so that guesses made side by side count too.

    Raises TooManyAttempts. An address is charged for failures only: an office shares one.
    """
    if not _ask(BY_ADDRESS, place(address), lambda limiter, key: limiter.test(BY_ADDRESS, key)):
        raise TooManyAttempts(_until(BY_ADDRESS, place(address)))
    if not _ask(BY_EMAIL, person(email), lambda limiter, key: limiter.hit(BY_EMAIL, key)):
        raise TooManyAttempts(_until(BY_EMAIL, person(email)))


def failed(*, address: str) -> None:
    """Charge the address for a wrong password."""
    _ask(BY_ADDRESS, place(address), lambda limiter, key: limiter.hit(BY_ADDRESS, key))


def succeeded(*, email: str) -> None:
    """Forget the tries of a person who knew the password."""
    _ask(BY_EMAIL, person(email), lambda limiter, key: limiter.clear(BY_EMAIL, key))


def person(email: str) -> str:
    """An e-mail as it is counted; hashed, because Valkey needs no addresses of people."""
    return sha256(email.strip().lower().encode()).hexdigest()


def place(address: str) -> str:
    """A network address as it is counted: one host of IPv4, one customer's /64 of IPv6.

    >>> place("2001:db8::1:2") == place("2001:db8::9")
    True
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))


def _until(item: RateLimitItem, name: str) -> float:
    stats = _ask(item, name, lambda limiter, key: limiter.get_window_stats(item, key))
    return float(stats.reset_time)


def _ask(item: RateLimitItem, name: str, question: Question[T]) -> T:
    """Ask the window that all processes share, or this process's own when it does not answer."""
    try:
        return question(_shared(), name)
    except StorageError as error:
        log.warning("sign_in_attempts_counted_alone", limit=item.namespace, error=str(error))
        return question(_own(), str(crc32(name.encode()) % SLOTS))


@cache
def _shared() -> MovingWindowRateLimiter:
    """One try with a short time-out: signing in must not wait for a dead Valkey."""
    pool = redis.ConnectionPool.from_url(
        settings.CACHES["default"]["LOCATION"],
        socket_timeout=_PATIENCE_SECONDS,
        socket_connect_timeout=_PATIENCE_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    prefix = f"{settings.CACHES['default'].get('KEY_PREFIX', '')}-limits"
    storage = RedisStorage("redis://", pool, key_prefix=prefix, wrap_exceptions=True)
    return MovingWindowRateLimiter(storage)


@cache
def _own() -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(MemoryStorage())
