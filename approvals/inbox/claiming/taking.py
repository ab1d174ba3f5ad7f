"""Take the conversation of a run over from its agent: a decision about what it asked, and a handoff in its place."""

from typing import Any

from django.db import transaction

from approvals.domain.decision import Said, check_friction
from approvals.domain.errors import NotOpen
from approvals.domain.escalation import Kind
from approvals.domain.verdict import SEED
from approvals.inbox import deciding, opening
from approvals.inbox.claiming.holding import CONVERSATION
from approvals.models import AuditEntry, Escalation, Member, rows
from approvals.signals import stopping

# By the one who has just decided it: nobody else can have moved it in between.
SUPERSEDE = """
UPDATE approvals_escalation SET status = 'superseded', version = version + 1, closed_at = now()
WHERE id = %s AND status = 'decided' RETURNING version
"""
KEPT = (
    *("tenant_id", "session_key", "team_id", "verdict_id", "evidence_id", "origin", "run_key", "title", "agent"),
    *("tool", "risk", "stopped_by", "brief", "failed_checks", "undo_seconds", "persons", "delay_seconds", "step_up"),
    *("is_separate", "requester_id", "owner_id"),
)


def take_over(escalation: Escalation, *, by: Member, said: Said) -> Escalation:
    """Stop the agent and give this person its conversation, in one transaction; returns the handoff, held by them.

    Nothing of what was proposed runs. A planted mistake has no conversation: it is decided, and returned. Raises what
    `deciding.decide` raises: whoever comes second learns who was first.
    The run is locked before the escalation, as whoever cancels it does.
    """
    if escalation.verdict.outcome == SEED:
        return deciding.decide(escalation, by=by, said=said).escalation
    deciding.check_may_decide(escalation, by)
    deciding.check_taken(escalation, by=by, kind=said.kind, session=None)
    check_friction(deciding.shown(escalation, said), said)
    with transaction.atomic():
        stopping.send(sender=Escalation, run_key=escalation.run_key)
        deciding.store(escalation, said, by=by)
        if not rows.fetch(SUPERSEDE, [escalation.pk]):
            raise NotOpen
        handoff = _handed(escalation, by)
        AuditEntry.objects.create(
            tenant_id=escalation.tenant_id,
            by=by,
            verb="conversation.take",
            object=str(escalation),
            details={"handoff": handoff.pk, "run": str(escalation.run_key)},
        )
        escalation.refresh_from_db()
        opening.announce(escalation, "superseded")
        opening.announce(handoff, "opened")
    return handoff


def _handed(escalation: Escalation, by: Member) -> Escalation:
    """The handoff in the place of what was asked, with the same evidence; whoever took over holds it."""
    kept: dict[str, Any] = {name: getattr(escalation, name) for name in KEPT}
    handoff = Escalation(**kept, kind=Kind.HANDOFF, supersedes=escalation, claimed_by=by)
    due = ("GREATEST(%s, statement_timestamp() + interval '5 minutes')", escalation.due_at)
    until = ("statement_timestamp() + %s * interval '1 second'", CONVERSATION.total_seconds())
    rows.add_all((handoff, {"due_at": due, "claimed_until": until}))
    return handoff
