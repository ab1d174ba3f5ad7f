"""Undo a decision within its window: the grant is void, and a new escalation takes the place of the old one."""

from datetime import timedelta

from django.db import connection, transaction
from django.db.models.functions import Greatest, Now

from approvals.domain.errors import NotAllowedToDecide, TooLate
from approvals.domain.verdict import SEED
from approvals.inbox.deciding import check_may_decide, voters
from approvals.inbox.opening import announce
from approvals.learning import labelling
from approvals.models import Escalation, Grant, Member, Undo
from approvals.signals import undone

# Time left to look again, however late the undo came.
SECOND_LOOK = timedelta(minutes=5)

SUPERSEDE = """
UPDATE approvals_escalation SET status = 'superseded', version = version + 1, closed_at = now()
WHERE id = %s AND status = 'decided' AND undo_until > clock_timestamp() RETURNING statement_timestamp()
"""


def undo(escalation: Escalation, *, by: Member) -> Escalation:
    """Take one's own decision back and return the new open escalation, on which nobody has voted.

    An admin may take back anyone's, and each of several who approved together what they approved. Raises TooLate when
    the window is over or the right is already used; the row decides, so an undo and a dispatch in the same moment
    cannot both happen.
    """
    decision = escalation.decision
    check_may_decide(escalation, by)
    if decision.verdict_outcome == SEED:
        # Whoever decided was told the answer.
        raise TooLate
    if decision.by_id != by.pk and not by.is_admin and by not in voters(escalation):
        raise NotAllowedToDecide("Only who decided, or an admin, can undo it.")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(SUPERSEDE, [escalation.pk])
            won = cursor.fetchone()
        if won is None:
            raise TooLate
        grants = Grant.objects.filter(decision=decision)
        if grants.exists() and not grants.filter(used_at=None, voided_at=None).update(voided_at=Now()):
            raise TooLate
        Undo.objects.create(decision=decision, by=by, undone_at=won[0])
        labelling.withdraw(decision, by=by)
        successor = _reopen(escalation)
        undone.send(sender=Escalation, escalation=escalation, successor=successor)
        escalation.refresh_from_db()
        announce(escalation, "superseded")
        announce(successor, "opened")
    return successor


def _reopen(escalation: Escalation) -> Escalation:
    """The same question again, with the same evidence, as a new row."""
    return Escalation.objects.create(
        tenant_id=escalation.tenant_id,
        session_key=escalation.session_key,
        team_id=escalation.team_id,
        verdict_id=escalation.verdict_id,
        evidence_id=escalation.evidence_id,
        origin=escalation.origin,
        run_key=escalation.run_key,
        kind=escalation.kind,
        title=escalation.title,
        agent=escalation.agent,
        tool=escalation.tool,
        risk=escalation.risk,
        stopped_by=escalation.stopped_by,
        brief=escalation.brief,
        failed_checks=escalation.failed_checks,
        due_at=Greatest(escalation.due_at, Now() + SECOND_LOOK),
        undo_seconds=escalation.undo_seconds,
        persons=escalation.persons,
        delay_seconds=escalation.delay_seconds,
        step_up=escalation.step_up,
        is_separate=escalation.is_separate,
        requester_id=escalation.requester_id,
        owner_id=escalation.owner_id,
        supersedes=escalation,
    )
