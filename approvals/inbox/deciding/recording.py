"""Decide an escalation, once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypedDict, Unpack

from django.db import connection, transaction

from approvals.domain.action import Action, action
from approvals.domain.decision import DecisionKind, Said, check_friction, check_kind
from approvals.domain.errors import NotAllowedToDecide, SeveralNeeded, StaleEvidence
from approvals.domain.escalation import Kind, Status
from approvals.domain.evidence import Evidence as EvidenceValue
from approvals.domain.gate import Ruleset as Rules
from approvals.domain.redaction import clean, redact
from approvals.domain.verdict import SEED
from approvals.gating import limiting
from approvals.inbox import editing, opening
from approvals.inbox.deciding.losing import loss
from approvals.inbox.deciding.permission import GRANTING, check_may_decide, check_taken
from approvals.inbox.editing import Examined
from approvals.learning import labelling
from approvals.models import Decision, Escalation, Member, rows
from approvals.models.columns import digest
from approvals.signals import decided

GRANT_LIFETIME = timedelta(hours=24)


def _statement(*, votes: str = "", enough: str = "", found: str = "won, decision", vote: str = "NULL::bigint") -> str:
    """The one statement that decides, with or without a vote that comes before the decision."""
    return f"""
WITH {votes}won AS (
  UPDATE approvals_escalation
  SET status = 'decided', version = version + 1, decided_at = statement_timestamp(),
      undo_until = statement_timestamp() + undo_seconds * interval '1 second',
      claimed_by_id = NULL, claimed_until = NULL
  WHERE id = %(id)s AND status = 'open' AND version = %(version)s AND evidence_id = %(evidence)s
    AND (due_at > clock_timestamp() OR kind IN ('incident', 'handoff')){enough}
  RETURNING *),
decision AS (
  INSERT INTO approvals_decision (escalation_id, verdict_id, verdict_outcome, evidence_id, evidence_sha256, origin,
                                  kind, proposed_sha256, payload, payload_sha256, by_id, token, step_up_id,
                                  reason_code, reason, decided_at, undo_until)
  SELECT won.id, won.verdict_id, %(outcome)s, won.evidence_id, %(seen)s, won.origin, %(kind)s, %(proposed)s,
         %(payload)s, %(approved)s, %(by)s, %(token)s, %(step_up)s::bigint,
         %(reason_code)s, %(reason)s, won.decided_at, won.undo_until
  FROM won RETURNING *),
granted AS (
  INSERT INTO approvals_grant (decision_id, decision_kind, verdict_id, origin, payload_sha256, not_before, expires_at)
  SELECT d.id, d.kind, d.verdict_id, d.origin, d.payload_sha256, d.undo_until, d.undo_until + %(lifetime)s
  FROM decision d WHERE %(is_granting)s),
{labelling.LABEL}
SELECT won.decided_at, won.undo_until, won.version, decision.id, {vote} FROM {found}
"""  # noqa: S608  # put together from constants


# One conditional UPDATE decides. Everything the decision rests on is in its WHERE clause, by database time. Decision,
# grant and label read what it returns, so that they are written after it, in this order, and only where it has won.
DECIDE = _statement()
# The vote is stored first and the UPDATE reads it, so that decision and grant find it; what is counted are the others.
VOTE = _statement(
    votes="""vote AS (
  INSERT INTO approvals_vote (escalation_id, evidence_id, kind, payload_sha256, by_id, person_id, step_up_id)
  SELECT e.id, e.evidence_id, %(kind)s, %(approved)s, %(by)s, %(by)s, %(step_up)s::bigint FROM approvals_escalation e
  WHERE e.id = %(id)s AND e.status = 'open' AND e.version = %(version)s AND e.evidence_id = %(evidence)s
    AND (e.due_at > clock_timestamp() OR e.kind = 'incident')
  RETURNING id, person_id),
""",
    enough="""
    AND EXISTS (SELECT 1 FROM vote
                WHERE persons <= 1 + signalbox_persons(approvals_escalation, %(approved)s, vote.person_id))""",
    found="vote LEFT JOIN won ON true LEFT JOIN decision ON true",
    vote="vote.id",
)


@dataclass(frozen=True)
class Window:
    """When a decision fell and until when it can be undone, by database time; and which row it became."""

    decided_at: datetime
    undo_until: datetime
    version: int
    decision_id: int


class More(TypedDict, total=False):
    """What some decisions have besides."""

    token: bytes | None
    """Of the link, where the end user decided."""
    step_up: int | None
    """The password typed again, where it took one."""
    examined: Examined | None
    """The edited action, for an edit."""
    lifetime: timedelta
    """For how long the grant is good."""


def decide(
    escalation: Escalation,
    *,
    by: Member,
    said: Said,
    session: bytes | None = None,
    lifetime: timedelta = GRANT_LIFETIME,
) -> Decision:
    """Record one decision with its grant (good for `lifetime`) and label, and tell the origin, in one transaction.

    `session` is the SHA-256 of the key of the session it is said in, where a password may be asked for again.

    Whoever loses a race gets AlreadyDecided (or NotOpen when it expired or was withdrawn) and nothing of theirs is
    kept. Raises StaleEvidence when `said` does not carry what is open now, what `check_friction`, `editing.examine` and
    `permission.check_taken` raise, NotAllowedToDecide for a role that may not, and SeveralNeeded where one person alone
    does not approve (`voting.vote`). The database refuses the same things again.
    """
    rules = check_may_decide(escalation, by)
    if escalation.kind == Kind.CONFIRMATION:
        raise NotAllowedToDecide("Only the end user answers this.")
    value = shown(escalation, said)
    if escalation.persons > 1 and said.kind in GRANTING:
        raise SeveralNeeded
    proof = check_taken(escalation, by=by, kind=said.kind, session=session)
    examined = _examined(escalation, value, said)
    check_friction(examined_value(value, examined), said)
    return record(escalation, said, rules=rules, by=by, step_up=proof, examined=examined, lifetime=lifetime)


def shown(escalation: Escalation, said: Said) -> EvidenceValue:
    """What was on the screen; raises StaleEvidence when that was something else, NotOpen for what cannot be said."""
    if said.evidence_sha256 != escalation.evidence.digest:
        raise StaleEvidence
    check_kind(Kind(escalation.kind), said)
    return escalation.evidence.value()


def record(escalation: Escalation, said: Said, *, rules: Rules, by: Member | None, **more: Unpack[More]) -> Decision:
    """Write a decision that was checked, with all that follows from it, in one transaction; by a person or a token.

    Raises what `decide` raises for whoever loses a race.
    """
    decision = write(escalation, said, rules=rules, by=by, **more)
    assert decision is not None
    return decision


def write(
    escalation: Escalation, said: Said, *, rules: Rules, by: Member | None, **more: Unpack[More]
) -> Decision | None:
    """What `record` does; None where several persons approve and others are missing: then only a vote is written.

    For `record` and `voting`.
    """
    value, examined = escalation.evidence.value(), more.get("examined")
    with transaction.atomic():
        made = _made(escalation, by, said, more)
        window = _win(escalation, said, _names(made, said, more.get("lifetime", GRANT_LIFETIME)))
        if window is None:
            return None
        decision = _stored(made, window)
        if examined is not None:
            opening.freeze(escalation.verdict, editing.edited_value(value, examined))
        decided.send(sender=Escalation, escalation=escalation, decision=decision)
        opening.announce(escalation, "decided")
        # Last, because whoever judges a call of this run holds its rows before the counters.
        if said.kind in GRANTING and rules.limits and decision.verdict_outcome != SEED:
            _count(decision, value, rules)
    return decision


def store(escalation: Escalation, said: Said, *, by: Member) -> Decision:
    """Write a decision that gives no right, and tell nobody; raises as `record`. Joins the caller's transaction."""
    made = _made(escalation, by, said, {})
    window = _win(escalation, said, _names(made, said, GRANT_LIFETIME))
    assert window is not None
    return _stored(made, window)


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


def _win(escalation: Escalation, said: Said, names: Mapping[str, Any]) -> Window | None:
    """Move open to decided for exactly one caller, with all that follows; everyone else learns what is so.

    None for a vote that others have to follow.
    """
    found = rows.fetch(VOTE if escalation.persons > 1 and said.kind in GRANTING else DECIDE, names)
    if not found:
        raise loss(escalation, said)
    *window, vote = found[0]
    if vote is not None and window[0] is None:
        return None
    won = Window(*window)
    escalation.status, escalation.version = Status.DECIDED, won.version
    escalation.decided_at, escalation.undo_until = won.decided_at, won.undo_until
    escalation.claimed_by = escalation.claimed_until = None
    return won


def _made(escalation: Escalation, by: Member | None, said: Said, more: More) -> Decision:
    """The decision as it is to be stored."""
    verdict, examined = escalation.verdict, more.get("examined")
    proposed = bytes(verdict.payload_sha256)
    other = examined.action if examined else _sent(escalation, said)
    return Decision(
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
        token=more.get("token"),
        step_up_id=more.get("step_up"),
        reason_code=said.reason_code,
        reason=redact(clean(said.answer or said.reason)),
    )


def _stored(made: Decision, window: Window) -> Decision:
    """The decision as `save` leaves one."""
    made.pk, made.decided_at, made.undo_until = window.decision_id, window.decided_at, window.undo_until
    made._state.adding, made._state.db = False, connection.alias  # noqa: SLF001  # the same
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
        "step_up": made.step_up_id,
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
