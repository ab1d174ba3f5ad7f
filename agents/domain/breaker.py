"""A breaker: after several failures nobody calls for a while, then one tries for all."""

from enum import StrEnum
from typing import NamedTuple

WINDOW_SECONDS = 60
FAILURES = 5
"""So many failures within the window open a breaker."""
COOL_SECONDS = 60
PROBE_SECONDS = 120
"""A probe that says nothing for so long is taken for lost, and another may try."""


class BreakerState(StrEnum):
    """Where a breaker stands."""

    CLOSED = "closed"
    """Calls go through."""
    OPEN = "open"
    """Nothing is called until its time has come, or until a person closes it."""
    TRIAL = "trial"
    """One call is under way, for all who wait."""


class Guarded(StrEnum):
    """What a breaker stands before."""

    DEPENDENCY = "dependency"
    TOOL = "tool"


class Key(NamedTuple):
    """Names one breaker; each tenant has its own, so that nobody's failures stop somebody else."""

    tenant_id: int
    guarded: Guarded
    name: str


BREAKER_MOVES: dict[BreakerState, frozenset[BreakerState]] = {
    BreakerState.CLOSED: frozenset({BreakerState.OPEN}),
    BreakerState.OPEN: frozenset({BreakerState.TRIAL, BreakerState.CLOSED}),
    BreakerState.TRIAL: frozenset({BreakerState.OPEN, BreakerState.CLOSED}),
}
"""Legal moves of a breaker; the trigger in the migration holds the same table."""
