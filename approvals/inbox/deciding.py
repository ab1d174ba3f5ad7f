"""Decide an escalation, once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from approvals.domain.decision import DecisionKind, Said, matches
from approvals.domain.errors import (
    AlreadyDecided,
    NotAllowedToDecide,
    NotOpen,
    ReasonMissing,
    StaleEvidence,
    TypedFactWrong,
)
from approvals.domain.escalation import Kind, Status
from approvals.domain.evidence import Evidence as EvidenceValue
from approvals.inbox.opening import announce
from approvals.learning import labelling
from approvals.models import Decision, Escalation, Grant, Member
from approvals.signals import decided

GRANT_LIFETIME = timedelta(hours=24)
KINDS_OF: dict[Kind, frozenset[DecisionKind]] = {
    Kind.APPROVAL: frozenset({DecisionKind.APPROVE, DecisionKind.REJECT}),
    Kind.INCIDENT: frozenset({DecisionKind.HAPPENED, DecisionKind.NOT_HAPPENED, DecisionKind.REPEAT}),
}
"""What may be said to each kind so far; every other pair is refused."""
GRANTING = frozenset({DecisionKind.APPROVE, DecisionKind.EDIT, DecisionKind.REPEAT})

# One conditional UPDATE decides. Everything the decision rests on is in its WHERE clause, by database time.
DECIDE = """
UPDATE approvals_escalation
SET status = 'decided', version = version + 1, decided_at = now(),
    undo_until = now() + undo_seconds * interval '1 second', claimed_by_id = NULL, claimed_until = NULL
WHERE id = %(id)s AND status = 'open' AND version = %(version)s AND evidence_id = %(evidence)s
  AND due_at > clock_timestamp()
RETURNING decided_at, undo_until, version
"""


@dataclass(frozen=True)
class Window:
    """When a decision fell and until when it can be undone, by database time."""

    decided_at: datetime
    undo_until: datetime
    version: int


def decide(escalation: Escalation, *, by: Member, said: Said) -> Decision:
    """Record one decision with its grant and label, and tell the origin, in one transaction.

    Whoever loses a race gets AlreadyDecided (or NotOpen when it expired or was withdrawn) and nothing of theirs is
    kept. Raises StaleEvidence when `said` does not carry what is open now, TypedFactWrong and ReasonMissing for
    friction that was skipped, NotAllowedToDecide for a role that may not. The database refuses the same things again.
    """
    if not by.can_decide or by.tenant_id != escalation.tenant_id:
        raise NotAllowedToDecide
    evidence = escalation.evidence
    value = evidence.value()
    check_friction(Kind(escalation.kind), value, said)
    if said.evidence_sha256 != evidence.digest:
        raise StaleEvidence
    with transaction.atomic():
        window = _win(escalation, said)
        decision = _record(escalation, by, said, window)
        labelling.label_decision(decision, escalation)
        decided.send(sender=Escalation, escalation=escalation, decision=decision)
        announce(escalation, "decided")
    return decision


def check_friction(kind: Kind, value: EvidenceValue, said: Said) -> None:
    """Raise unless a decision took the trouble its class asks for; no door has a shorter way."""
    if said.kind not in KINDS_OF.get(kind, frozenset()):
        raise NotOpen(f"{said.kind} cannot be said to a {kind}.")
    if said.kind is DecisionKind.REJECT and not said.reason_code:
        raise ReasonMissing
    if said.kind is DecisionKind.REJECT and said.reason_code == "other" and not said.reason.strip():
        raise ReasonMissing("Say which.")
    if kind is Kind.INCIDENT and not said.reason.strip():
        raise ReasonMissing("Say how you know.")
    fact = value.material.preview.typed_fact
    if said.kind is DecisionKind.APPROVE and fact is not None and not matches(fact, said.typed):
        raise TypedFactWrong(f"Type {fact.label}.")


def _win(escalation: Escalation, said: Said) -> Window:
    """Move open to decided for exactly one caller; everyone else learns what is so."""
    names: dict[str, Any] = {"id": escalation.pk, "version": said.version, "evidence": escalation.evidence_id}
    with connection.cursor() as cursor:
        cursor.execute(DECIDE, names)
        row = cursor.fetchone()
    if row is None:
        raise _loss(escalation, said)
    window = Window(*row)
    escalation.status, escalation.version = Status.DECIDED, window.version
    escalation.decided_at, escalation.undo_until = window.decided_at, window.undo_until
    escalation.claimed_by = escalation.claimed_until = None
    return window


def _loss(escalation: Escalation, said: Said) -> AlreadyDecided | NotOpen | StaleEvidence:
    """Why the UPDATE found no row, told from the row as it is now."""
    escalation.refresh_from_db()
    match Status(escalation.status):
        case Status.DECIDED | Status.APPLIED:
            return AlreadyDecided()
        case Status.OPEN if escalation.version != said.version:
            return StaleEvidence()
        case Status.OPEN:
            return NotOpen("Its time is over.")
        case _:
            return NotOpen(f"It is {escalation.status}.")


def _record(escalation: Escalation, by: Member, said: Said, window: Window) -> Decision:
    verdict = escalation.verdict
    decision = Decision.objects.create(
        escalation=escalation,
        verdict=verdict,
        verdict_outcome=verdict.outcome,
        evidence=escalation.evidence,
        evidence_sha256=bytes.fromhex(said.evidence_sha256),
        origin=escalation.origin,
        kind=said.kind,
        proposed_sha256=bytes(verdict.payload_sha256),
        payload_sha256=bytes(verdict.payload_sha256),
        by=by,
        reason_code=said.reason_code,
        reason=said.reason,
        decided_at=window.decided_at,
        undo_until=window.undo_until,
    )
    if said.kind in GRANTING:
        Grant.objects.create(
            decision=decision,
            decision_kind=decision.kind,
            verdict=verdict,
            origin=escalation.origin,
            payload_sha256=decision.payload_sha256,
            not_before=window.undo_until,
            expires_at=window.undo_until + GRANT_LIFETIME,
        )
    return decision
