"""Apply a decision: the origin takes it, after the window in which it could be undone."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from approvals.domain.escalation import Status
from approvals.models import Decision, Escalation

# SKIP LOCKED: an undo that holds the row at the last moment wins, and the origin comes back a little later.
APPLY = """
UPDATE approvals_escalation SET status = 'applied', version = version + 1, closed_at = now()
WHERE id = (SELECT id FROM approvals_escalation WHERE origin = %s AND status = 'decided'
            AND undo_until <= clock_timestamp() FOR UPDATE SKIP LOCKED)
RETURNING id
"""


@dataclass(frozen=True)
class Standing:
    """What became of the latest escalation of an origin; `decision` only when it has just been applied."""

    escalation: Escalation
    decision: Decision | None

    @property
    def is_expired(self) -> bool:
        """Nobody decided in time."""
        return self.escalation.status == Status.EXPIRED


def apply(origin: UUID) -> Standing | None:
    """Take the decision of an origin's escalation if it may be applied now; None when nothing was ever asked.

    Joins the caller's transaction. One conditional UPDATE, so a decision is applied once and never while it can
    still be undone.
    """
    with connection.cursor() as cursor:
        cursor.execute(APPLY, [origin])
        row = cursor.fetchone()
    if row is not None:
        found = Decision.objects.select_related("escalation", "verdict", "evidence", "grant")
        decision = found.get(escalation_id=row[0])
        return Standing(decision.escalation, decision)
    latest = Escalation.objects.filter(origin=origin).order_by("-pk").first()
    return Standing(latest, None) if latest else None
