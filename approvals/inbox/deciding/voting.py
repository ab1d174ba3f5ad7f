"""Votes: where several persons have to approve the same bytes, each says so alone; the last one needed decides."""

from datetime import timedelta

from django.db import IntegrityError, transaction

from approvals.domain.decision import Said, check_friction
from approvals.domain.errors import AlreadyVoted, NotOpen
from approvals.domain.escalation import Status
from approvals.inbox.deciding import permission, recording
from approvals.inbox.deciding.permission import GRANTING, check_may_decide
from approvals.inbox.deciding.recording import GRANT_LIFETIME
from approvals.models import Decision, Escalation, Member, Vote, rows

# Votes come one after the other, so that of two who are the last needed one decides and not neither.
LOCK = "SELECT 1 FROM approvals_escalation WHERE id = %s FOR NO KEY UPDATE"
WITHDRAW = """
UPDATE approvals_vote v SET withdrawn_at = clock_timestamp() FROM approvals_escalation e
WHERE v.escalation_id = e.id AND e.id = %s AND e.status = 'open' AND v.by_id = %s AND v.withdrawn_at IS NULL
RETURNING v.id
"""


def takes_votes(escalation: Escalation, said: Said) -> bool:
    """Whether saying this is a vote and no decision yet."""
    return escalation.persons > 1 and said.kind in GRANTING


def vote(
    escalation: Escalation,
    *,
    by: Member,
    said: Said,
    session: bytes | None = None,
    lifetime: timedelta = GRANT_LIFETIME,
) -> Decision | None:
    """Approve as one of several; the decision when this was the last vote needed, None while others are missing.

    Any number may vote at once: the escalation is locked, and the statement that stores the last vote needed stores
    decision, grant and label with it. Votes of who may no longer decide do not count. Raises what `decide` raises, and
    AlreadyVoted for a person who has voted, by whatever account. Nobody is told of a vote but its author.
    """
    rules = check_may_decide(escalation, by)
    value = recording.shown(escalation, said)
    proof = permission.check_taken(escalation, by=by, kind=said.kind, session=session)
    check_friction(value, said)
    try:
        with transaction.atomic():
            rows.fetch(LOCK, [escalation.pk])
            return recording.write(escalation, said, rules=rules, by=by, step_up=proof, lifetime=lifetime)
    except IntegrityError as error:
        if "vote_one_a_person" not in str(error):
            raise
        raise AlreadyVoted from error


def withdraw(escalation: Escalation, *, by: Member) -> None:
    """Take one's own vote back while the others are missing; raises NotOpen when it is decided, or there is none."""
    with transaction.atomic():
        rows.fetch(LOCK, [escalation.pk])
        if not rows.fetch(WITHDRAW, [escalation.pk, by.pk]):
            raise NotOpen("There is no vote of yours to take back.")


def own_vote(escalation: Escalation, member: Member) -> Vote | None:
    """The vote that this person has given on an open escalation, by whatever account; nobody asks for another's."""
    if escalation.persons <= 1 or escalation.status != Status.OPEN:
        return None
    return Vote.objects.filter(escalation=escalation, person_id=member.person_id, withdrawn_at=None).first()


def voters(escalation: Escalation) -> tuple[Member, ...]:
    """Who approved together, in the order of their votes; empty until that is decided, and where somebody rejected."""
    decision: Decision | None = getattr(escalation, "decision", None)
    if escalation.persons <= 1 or decision is None or decision.kind not in GRANTING:
        return ()
    given = Vote.objects.filter(escalation=escalation, withdrawn_at=None).select_related("by").order_by("pk")
    return tuple(one.by for one in given)
