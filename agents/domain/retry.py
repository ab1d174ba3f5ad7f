"""What to do about a call that went wrong: decided by the class of its error, never by its text."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

from pydantic import Field

from agents.domain.values import Value

LONGEST_WAIT = 60.0
"""Seconds that a server may ask us to stay away; who asks for more is down."""


class Fault(StrEnum):
    """What kind of thing went wrong, as far as it matters to what follows."""

    TRANSIENT = "transient"
    """No answer in time, told to slow down, a broken connection, a server's own error: later it may work."""
    SEMANTIC = "semantic"
    """An answer that cannot be used: who made it is told why and tries again."""
    PERMANENT = "permanent"
    """Declined, not configured, not allowed: the same question gets the same answer."""


class Retry(Value):
    """How often something is tried, and how long is waited between."""

    attempts: int = Field(default=3, ge=1, le=10)
    """All of them, the first included."""
    first_seconds: float = Field(default=0.5, gt=0)
    most_seconds: float = Field(default=30.0, gt=0)


DEFAULT = Retry()


def wait_before(failures: int, *, retry: Retry = DEFAULT, asked_seconds: float | None = None, chance: float) -> float:
    """Seconds until the next attempt after `failures` of them (1 or more); `chance` is drawn from 0 to 1.

    Exponential with full jitter (Brooker, "Exponential Backoff and Jitter", AWS 2015). What a server asked for
    (Retry-After) is waited out first, up to a minute, so that those who were sent away do not return as one.
    """
    most = min(retry.most_seconds, retry.first_seconds * 2.0 ** min(failures, 30))
    return min(max(asked_seconds or 0.0, 0.0), LONGEST_WAIT) + most * chance


def is_last(failures: int, *, retry: Retry = DEFAULT) -> bool:
    """Whether nothing is left to try after so many failures."""
    return failures >= retry.attempts


def asked_for(text: str, *, now: datetime | None = None) -> float | None:
    """Seconds that a Retry-After header asks for, given in seconds or as a date; None for what is neither."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - (now or datetime.now(UTC))).total_seconds())
