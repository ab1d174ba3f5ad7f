"""Claim an escalation: a lease that tells others who looks at it, and blocks nobody's decision."""

from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now

from approvals.domain.escalation import Kind, Status
from approvals.inbox.opening import announce
from approvals.models import Escalation, Member

LEASE = timedelta(minutes=5)
CONVERSATION = timedelta(minutes=30)
"""A conversation is held while its user thinks; who writes nothing for so long lets somebody else have it."""


def claim(escalation: Escalation, *, by: Member) -> bool:
    """Hold an open escalation for its lease; False when somebody else holds it or it is no longer open.

    Five minutes, thirty for a handoff. One conditional UPDATE, so two people cannot both hold it; once more extends it.
    """
    if not by.can_decide:
        return False
    held = (
        Escalation.objects.visible_to(by)
        .filter(pk=escalation.pk, status=Status.OPEN)
        .filter(Q(claimed_until=None) | Q(claimed_until__lte=Now()) | Q(claimed_by=by))
        .update(claimed_by=by, claimed_until=Now() + lease_of(escalation))
    )
    if held:
        announce(escalation, "claimed")
    return bool(held)


def keep(escalation: Escalation, *, by: Member) -> None:
    """Extend what one holds without a word to anybody; nothing happens when one does not hold it."""
    mine = Escalation.objects.filter(pk=escalation.pk, status=Status.OPEN, claimed_by=by, claimed_until__gt=Now())
    mine.update(claimed_until=Now() + lease_of(escalation))


def lease_of(escalation: Escalation) -> timedelta:
    """How long a claim of it holds."""
    return CONVERSATION if escalation.kind == Kind.HANDOFF else LEASE


def release(escalation: Escalation, *, by: Member) -> None:
    """Let go of an escalation one holds; nothing happens when one does not."""
    freed = Escalation.objects.filter(pk=escalation.pk, status=Status.OPEN, claimed_by=by).update(
        claimed_by=None, claimed_until=None
    )
    if freed:
        announce(escalation, "released")
