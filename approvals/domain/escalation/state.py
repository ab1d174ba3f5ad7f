"""Kinds and states of an escalation, and the moves between them."""

from enum import StrEnum

from approvals.domain.errors import IllegalMove


class Kind(StrEnum):
    """What a person is asked for."""

    APPROVAL = "approval"
    QUESTION = "question"
    CONFIRMATION = "confirmation"
    HANDOFF = "handoff"
    COLLABORATION = "collaboration"
    INCIDENT = "incident"


class Status(StrEnum):
    """Where an escalation stands. A claim is no state: it is two columns with a lease."""

    OPEN = "open"
    DECIDED = "decided"
    APPLIED = "applied"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"


MOVES: dict[Status, frozenset[Status]] = {
    Status.OPEN: frozenset({Status.DECIDED, Status.EXPIRED, Status.CANCELLED, Status.SUPERSEDED}),
    Status.DECIDED: frozenset({Status.APPLIED, Status.SUPERSEDED, Status.CANCELLED}),
    Status.APPLIED: frozenset(),
    Status.EXPIRED: frozenset(),
    Status.CANCELLED: frozenset(),
    Status.SUPERSEDED: frozenset(),
}
"""Legal moves. Undo within the window supersedes the decided escalation with a new open one; so does whoever passes a
confirmation on to a reviewer, and whoever takes a conversation over."""

NEVER_EXPIRE = frozenset({Kind.INCIDENT, Kind.HANDOFF})
"""Kinds that stay for somebody else when their time is over: there is no safe end that nobody chose."""


def check_move(before: Status, after: Status) -> None:
    """Raise IllegalMove unless `after` can follow `before`."""
    if after not in MOVES[before]:
        raise IllegalMove(f"{before} to {after}")
