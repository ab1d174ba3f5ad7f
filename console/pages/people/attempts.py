"""How often one may try a password, in moving windows that Valkey keeps.

The narrow window is for one e-mail from one address, so that nobody can lock another person out. One address may fail
only so often whatever e-mails it names. Guesses at one e-mail from many addresses meet a wide window of their own, and
it never holds up an address from which that e-mail signed in well before.

While Valkey is away each process counts for itself, in a fixed number of slots: memory stays bounded, and names that
share a slot make the limit stricter and never looser. No address is known then.
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
from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis.backoff import NoBackoff
from redis.retry import Retry

BY_PAIR = RateLimitItemPerMinute(10, 15, namespace="sign-in-pair")
BY_ADDRESS = RateLimitItemPerMinute(40, 15, namespace="sign-in-address")
BY_EMAIL = RateLimitItemPerHour(100, 6, namespace="sign-in-email")
KNOWN = RateLimitItemPerDay(1, 90, namespace="sign-in-known")
"""Not a limit: the mark of an address from which an e-mail signed in well."""
CHANGES = RateLimitItemPerMinute(10, 15, namespace="change-password")
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
    _count(BY_PAIR, pair(email, address))
    if not is_known(email=email, address=address):
        _count(BY_EMAIL, person(email))


def begin_change(*, email: str) -> None:
    """Count a try of the old password by somebody who is signed in; nobody else can use these tries up."""
    _count(CHANGES, person(email))


def changed(*, email: str) -> None:
    """Forget the tries of somebody who knew the old password."""
    _ask(CHANGES, person(email), lambda limiter, key: limiter.clear(CHANGES, key))


def failed(*, address: str) -> None:
    """Charge the address for a wrong password."""
    _ask(BY_ADDRESS, place(address), lambda limiter, key: limiter.hit(BY_ADDRESS, key))


def succeeded(*, email: str, address: str) -> None:
    """Forget the tries of a person who knew the password, and know this address of theirs from now on."""
    _ask(BY_PAIR, pair(email, address), lambda limiter, key: limiter.clear(BY_PAIR, key))
    try:
        _shared().clear(KNOWN, pair(email, address))
        _shared().hit(KNOWN, pair(email, address))
    except StorageError as error:
        log.warning("address_not_remembered", error=str(error))


def is_known(*, email: str, address: str) -> bool:
    """Whether this e-mail signed in well from this address lately; while Valkey is away nobody knows."""
    try:
        return not _shared().test(KNOWN, pair(email, address))
    except StorageError:
        return False


def pair(email: str, address: str) -> str:
    """One e-mail at one address, as it is counted."""
    return f"{person(email)} {place(address)}"


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


def _count(item: RateLimitItem, name: str) -> None:
    if not _ask(item, name, lambda limiter, key: limiter.hit(item, key)):
        raise TooManyAttempts(_until(item, name))


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
