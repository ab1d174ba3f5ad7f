"""Decide an escalation, once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from approvals.domain.action import Action, action
from approvals.domain.decision import DecisionKind, Said, check_friction, check_kind
from approvals.domain.errors import AlreadyDecided, NotAllowedToDecide, NotOpen, StaleEvidence
from approvals.domain.escalation import Kind, Status
from approvals.domain.evidence import Evidence as EvidenceValue
from approvals.domain.gate import Ruleset as Rules
from approvals.domain.redaction import clean, redact
from approvals.domain.verdict import SEED
from approvals.gating import limiting, rulesets
from approvals.inbox import editing, opening
from approvals.inbox.editing import Examined
from approvals.learning import labelling
from approvals.models import Decision, Escalation, Member, rows
from approvals.models.columns import digest
from approvals.signals import decided

GRANT_LIFETIME = timedelta(hours=24)
GRANTING = frozenset({DecisionKind.APPROVE, DecisionKind.EDIT, DecisionKind.REPEAT})

# One conditional UPDATE decides. Everything the decision rests on is in its WHERE clause, by database time. Decision,
# grant and label read what it returns, so that they are written after it, in this order, and only where it has won.
DECIDE = f"""
WITH won AS (
  UPDATE approvals_escalation
  SET status = 'decided', version = version + 1, decided_at = statement_timestamp(),
      undo_until = statement_timestamp() + undo_seconds * interval '1 second',
      claimed_by_id = NULL, claimed_until = NULL
  WHERE id = %(id)s AND status = 'open' AND version = %(version)s AND evidence_id = %(evidence)s
    AND (due_at > clock_timestamp() OR kind IN ('incident', 'handoff'))
  RETURNING *),
decision AS (
  INSERT INTO approvals_decision (escalation_id, verdict_id, verdict_outcome, evidence_id, evidence_sha256, origin,
                                  kind, proposed_sha256, payload, payload_sha256, by_id, token, reason_code, reason,
                                  decided_at, undo_until)
  SELECT won.id, won.verdict_id, %(outcome)s, won.evidence_id, %(seen)s, won.origin, %(kind)s, %(proposed)s,
         %(payload)s, %(approved)s, %(by)s, %(token)s, %(reason_code)s, %(reason)s, won.decided_at, won.undo_until
  FROM won RETURNING *),
granted AS (
  INSERT INTO approvals_grant (decision_id, decision_kind, verdict_id, origin, payload_sha256, not_before, expires_at)
  SELECT d.id, d.kind, d.verdict_id, d.origin, d.payload_sha256, d.undo_until, d.undo_until + %(lifetime)s
  FROM decision d WHERE %(is_granting)s),
{labelling.LABEL}
SELECT won.decided_at, won.undo_until, won.version, decision.id FROM won, decision
"""  # noqa: S608  # put together from constants


@dataclass(frozen=True)
class Window:
    """When a decision fell and until when it can be undone, by database time; and which row it became."""

    decided_at: datetime
    undo_until: datetime
    version: int
    decision_id: int


def decide(escalation: Escalation, *, by: Member, said: Said, lifetime: timedelta = GRANT_LIFETIME) -> Decision:
    """Record one decision with its grant (good for `lifetime`) and label, and tell the origin, in one transaction.

    Whoever loses a race gets AlreadyDecided (or NotOpen when it expired or was withdrawn) and nothing of theirs is
    kept. Raises StaleEvidence when `said` does not carry what is open now, what `check_friction` and `editing.examine`
    raise, NotAllowedToDecide for a role that may not. The database refuses the same things again.
    """
    rules = check_may_decide(escalation, by)
    if escalation.kind == Kind.CONFIRMATION:
        raise NotAllowedToDecide("Only the end user answers this.")
    value = shown(escalation, said)
    examined = _examined(escalation, value, said)
    check_friction(examined_value(value, examined), said)
    return record(escalation, said, rules=rules, by=by, examined=examined, lifetime=lifetime)


def shown(escalation: Escalation, said: Said) -> EvidenceValue:
    """What was on the screen; raises StaleEvidence when that was something else, NotOpen for what cannot be said."""
    if said.evidence_sha256 != escalation.evidence.digest:
        raise StaleEvidence
    check_kind(Kind(escalation.kind), said)
    return escalation.evidence.value()


def record(
    escalation: Escalation,
    said: Said,
    *,
    rules: Rules,
    by: Member | None,
    token: bytes | None = None,
    examined: Examined | None = None,
    lifetime: timedelta = GRANT_LIFETIME,
) -> Decision:
    """Write a decision that was checked, with all that follows from it, in one transaction; by a person or a token.

    Raises what `decide` raises for whoever loses a race.
    """
    value = escalation.evidence.value()
    with transaction.atomic():
        decision = write(escalation, by, token, said, examined, lifetime)
        if examined is not None:
            opening.freeze(escalation.verdict, editing.edited_value(value, examined))
        decided.send(sender=Escalation, escalation=escalation, decision=decision)
        opening.announce(escalation, "decided")
        # Last, because whoever judges a call of this run holds its rows before the counters.
        if said.kind in GRANTING and rules.limits and decision.verdict_outcome != SEED:
            _count(decision, value, rules)
    return decision


def check_may_decide(escalation: Escalation, by: Member) -> Rules:
    """The rules it was judged by; NotAllowedToDecide unless this person's role, tenant and teams allow it, read now."""
    rules = rulesets.at(escalation.verdict.ruleset_id)
    if not by.can_decide or by.role not in rules.decide.roles or not _is_visible(escalation, by):
        raise NotAllowedToDecide
    return rules


def _count(decision: Decision, value: EvidenceValue, rules: Rules) -> None:
    """What a person lets run uses up limits as well, also beyond them; an edited action by its own arguments."""
    escalation = decision.escalation
    payload = bytes(decision.payload or escalation.verdict.payload)
    limiting.count(
        rules,
        value.tool,
        json.loads(payload)["arguments"],
        tenant_id=escalation.tenant_id,
        agent=escalation.agent,
        run_key=escalation.run_key,
        session_key=escalation.session_key,
    )


def _is_visible(escalation: Escalation, by: Member) -> bool:
    """As `visible_to` says it; most items are of no team, and then nothing needs to be asked."""
    if escalation.team_id is None or by.is_admin:
        return escalation.tenant_id == by.tenant_id
    return bool(Escalation.objects.visible_to(by).filter(pk=escalation.pk).exists())


def _examined(escalation: Escalation, value: EvidenceValue, said: Said) -> Examined | None:
    """The edited action, computed again: what is approved must be what was on the screen."""
    if said.kind is not DecisionKind.EDIT:
        return None
    examined = editing.examine(escalation, value, said.arguments or {})
    if examined.action.digest != said.payload_sha256:
        raise StaleEvidence("Look at the changes once more.")
    return examined


def examined_value(value: EvidenceValue, examined: Examined | None) -> EvidenceValue:
    """The evidence a decision rests on: that of the edited action where there is one."""
    return value if examined is None else editing.edited_value(value, examined)


def _win(escalation: Escalation, said: Said, names: Mapping[str, Any]) -> Window:
    """Move open to decided for exactly one caller, with all that follows; everyone else learns what is so."""
    found = rows.fetch(DECIDE, names)
    if not found:
        raise _loss(escalation, said)
    window = Window(*found[0])
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
        case Status.SUPERSEDED if Decision.objects.filter(escalation=escalation, undo=None).exists():
            # Somebody has taken the conversation over.
            return AlreadyDecided()
        case Status.OPEN if escalation.version != said.version:
            return StaleEvidence()
        case Status.OPEN:
            return NotOpen("Its time is over.")
        case _:
            return NotOpen(f"It is {escalation.status}.")


def write(
    escalation: Escalation,
    by: Member | None,
    token: bytes | None,
    said: Said,
    examined: Examined | None,
    lifetime: timedelta,
) -> Decision:
    """The decision as it is stored, with its grant and its label, and nobody told; joins the caller's transaction.

    Raises AlreadyDecided, NotOpen or StaleEvidence for whoever came too late.
    """
    verdict = escalation.verdict
    proposed = bytes(verdict.payload_sha256)
    other = examined.action if examined else _sent(escalation, said)
    made = Decision(
        escalation=escalation,
        verdict=verdict,
        verdict_outcome=verdict.outcome,
        evidence=escalation.evidence,
        evidence_sha256=bytes.fromhex(said.evidence_sha256),
        origin=escalation.origin,
        kind=said.kind,
        proposed_sha256=proposed,
        payload=other.payload if other else None,
        payload_sha256=other.sha256 if other else proposed,
        by=by,
        token=token,
        reason_code=said.reason_code,
        reason=redact(clean(said.answer or said.reason)),
    )
    window = _win(escalation, said, _names(made, said, lifetime))
    made.pk, made.decided_at, made.undo_until = window.decision_id, window.decided_at, window.undo_until
    made._state.adding, made._state.db = False, connection.alias  # noqa: SLF001  # as `save` leaves it
    return made


def _names(made: Decision, said: Said, lifetime: timedelta) -> dict[str, Any]:
    """What `DECIDE` is told."""
    escalation = made.escalation
    return {
        "id": escalation.pk,
        "version": said.version,
        "evidence": escalation.evidence_id,
        "outcome": made.verdict_outcome,
        "seen": made.evidence_sha256,
        "kind": said.kind,
        "proposed": made.proposed_sha256,
        "payload": made.payload,
        "approved": made.payload_sha256,
        "by": made.by_id,
        "token": made.token,
        "reason_code": made.reason_code,
        "reason": made.reason,
        "lifetime": lifetime,
        "is_granting": said.kind in GRANTING and made.verdict_outcome != SEED,
        **labelling.taught(escalation, said.kind, is_material=said.is_material, saw_suggestion=said.saw_suggestion),
    }


def _sent(escalation: Escalation, said: Said) -> Action | None:
    """For the repeat of an edited action: the bytes that were sent, which are not those the gate judged."""
    value = escalation.evidence.value()
    if said.kind is not DecisionKind.REPEAT or value.payload_sha256 == digest(escalation.verdict.payload_sha256):
        return None
    sent = action(value.tool.name, value.tool.version, value.arguments)
    if sent.digest != value.payload_sha256:
        raise StaleEvidence("The tool has another version since it was sent.")
    return sent
