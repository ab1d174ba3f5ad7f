"""Apply a decision: the origin takes it, after the window in which it could be undone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from approvals.domain.escalation import Status
from approvals.models import Decision, Escalation, Evidence, Grant, Verdict, rows
from approvals.models.rows import columns, load

# SKIP LOCKED: an undo that holds the row at the last moment wins, and the origin comes back a little later. All that
# the decision rests on is read with it.
APPLY = f"""
WITH e AS (
  UPDATE approvals_escalation SET status = 'applied', version = version + 1, closed_at = now()
  WHERE id = (SELECT id FROM approvals_escalation WHERE origin = %s AND status = 'decided'
              AND undo_until <= clock_timestamp() FOR UPDATE SKIP LOCKED)
  RETURNING *)
SELECT g.id IS NOT NULL, {columns(Escalation, "e")}, {columns(Decision, "d")}, {columns(Verdict, "v")},
       {columns(Evidence, "w")}, {columns(Grant, "g")}
FROM e JOIN approvals_decision d ON d.escalation_id = e.id JOIN approvals_verdict v ON v.id = d.verdict_id
JOIN approvals_evidence w ON w.id = d.evidence_id LEFT JOIN approvals_grant g ON g.decision_id = d.id
"""  # noqa: S608  # put together from names


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
    found = rows.fetch(APPLY, [origin])
    if found:
        decision = _loaded(iter(found[0]))
        return Standing(decision.escalation, decision)
    latest = Escalation.objects.filter(origin=origin).order_by("-pk").first()
    return Standing(latest, None) if latest else None


def _loaded(found: Iterator[Any]) -> Decision:
    is_granted = next(found)
    escalation, decision = load(Escalation, found), load(Decision, found)
    decision.escalation, decision.verdict, decision.evidence = escalation, load(Verdict, found), load(Evidence, found)
    if is_granted:
        grant = load(Grant, found)
        grant.decision = decision
    return decision
