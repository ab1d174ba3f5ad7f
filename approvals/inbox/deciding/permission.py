"""Who may decide an escalation, and what it takes of them: read at the moment of deciding, never before."""

from datetime import datetime

from approvals.domain.decision import DecisionKind
from approvals.domain.errors import LookLonger, NotAllowedToDecide, NotSeparate, StepUpNeeded
from approvals.domain.escalation.friction import STEP_UP_MINUTES
from approvals.domain.gate import Ruleset as Rules
from approvals.gating import rulesets
from approvals.models import Escalation, Member, StepUp, rows

GRANTING = frozenset({DecisionKind.APPROVE, DecisionKind.EDIT, DecisionKind.REPEAT})

# The first look counts, whoever writes it down again.
LOOK = """
WITH new AS (
  INSERT INTO approvals_look (evidence_id, by_id) VALUES (%(evidence)s, %(by)s)
  ON CONFLICT (evidence_id, by_id) DO NOTHING RETURNING shown_at)
SELECT coalesce(new.shown_at, l.shown_at) FROM (SELECT 1) one
LEFT JOIN approvals_look l ON l.evidence_id = %(evidence)s AND l.by_id = %(by)s LEFT JOIN new ON true
"""
FROM_WHEN = """
SELECT shown_at + %(delay)s * interval '1 second', shown_at + %(delay)s * interval '1 second' <= clock_timestamp()
FROM approvals_look WHERE evidence_id = %(evidence)s AND by_id = %(by)s
"""
PROOF = """
SELECT id FROM approvals_stepup
WHERE member_id = %s AND session_sha256 = %s AND proven_at > clock_timestamp() - %s * interval '1 minute'
ORDER BY id DESC LIMIT 1
"""
BARRED = "SELECT signalbox_person(%s) IN (signalbox_person(%s), signalbox_person(%s)) IS TRUE"


def check_may_decide(escalation: Escalation, by: Member) -> Rules:
    """The rules it was judged by; NotAllowedToDecide unless this person's role, tenant and teams allow it, read now."""
    rules = rulesets.at(escalation.verdict.ruleset_id)
    if not by.can_decide or by.role not in rules.decide.roles or not _is_visible(escalation, by):
        raise NotAllowedToDecide
    return rules


def check_taken(escalation: Escalation, *, by: Member, kind: DecisionKind, session: bytes | None) -> int | None:
    """The id of the password typed again, where saying this takes one.

    `session` is the SHA-256 of the key of the session it was typed in. Raises NotSeparate for requester and owner,
    LookLonger before the time to look is over, StepUpNeeded without a password typed within five minutes in this very
    session. Rejecting takes none of it; the database holds the same.
    """
    if kind is not DecisionKind.REJECT and is_barred(escalation, by):
        raise NotSeparate
    if kind not in GRANTING:
        return None
    if escalation.delay_seconds:
        look(escalation, by=by)
        if (until := looks_until(escalation, by=by)) is not None:
            raise LookLonger(until)
    if not escalation.step_up:
        return None
    proof = proof_of(by, session=session)
    if proof is None:
        raise StepUpNeeded
    return proof


def is_barred(escalation: Escalation, by: Member) -> bool:
    """Whether the person behind this account asked for the run or owns the agent, where that keeps them out."""
    if not escalation.is_separate or (escalation.requester_id, escalation.owner_id) == (None, None):
        return False
    return bool(rows.fetch(BARRED, [by.pk, escalation.requester_id, escalation.owner_id])[0][0])


def look(escalation: Escalation, *, by: Member) -> None:
    """Write down that a person is shown the evidence, where the rules want them to look for some time."""
    if escalation.delay_seconds and by.can_decide:
        rows.fetch(LOOK, {"evidence": escalation.evidence_id, "by": by.pk})


def looks_until(escalation: Escalation, *, by: Member) -> datetime | None:
    """From when on this person may approve, while that has not come; None as soon as they may."""
    if not escalation.delay_seconds:
        return None
    names = {"delay": escalation.delay_seconds, "evidence": escalation.evidence_id, "by": by.pk}
    found = rows.fetch(FROM_WHEN, names)
    return None if not found or found[0][1] else found[0][0]


def proof_of(by: Member, *, session: bytes | None) -> int | None:
    """The newest password typed again in this session that is still good."""
    if session is None:
        return None
    found = rows.fetch(PROOF, [by.pk, session, STEP_UP_MINUTES])
    return int(found[0][0]) if found else None


def prove(by: Member, *, session: bytes) -> StepUp:
    """Remember that this person's password was typed in this session just now; whoever calls has checked it."""
    return StepUp.objects.create(member=by, session_sha256=session)


def _is_visible(escalation: Escalation, by: Member) -> bool:
    """As `visible_to` says it; most items are of no team, and then nothing needs to be asked."""
    if escalation.team_id is None or by.is_admin:
        return escalation.tenant_id == by.tenant_id
    return bool(Escalation.objects.visible_to(by).filter(pk=escalation.pk).exists())
