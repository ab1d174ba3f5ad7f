"""Claim an escalation: a lease that tells others who looks at it, and blocks nobody's decision."""

from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now

from approvals.domain.escalation import Status
from approvals.inbox.opening import announce
from approvals.models import Escalation, Member

LEASE = timedelta(minutes=5)


def claim(escalation: Escalation, *, by: Member) -> bool:
    """Hold an open escalation for five minutes; False when somebody else holds it or it is no longer open.

    One conditional UPDATE, so two people cannot both hold it. Claiming again extends.
    """
    if not by.can_decide:
        return False
    held = (
        Escalation.objects.visible_to(by)
        .filter(pk=escalation.pk, status=Status.OPEN)
        .filter(Q(claimed_until=None) | Q(claimed_until__lte=Now()) | Q(claimed_by=by))
        .update(claimed_by=by, claimed_until=Now() + LEASE)
    )
    if held:
        announce(escalation, "claimed")
    return bool(held)


def release(escalation: Escalation, *, by: Member) -> None:
    """Let go of an escalation one holds; nothing happens when one does not."""
    freed = Escalation.objects.filter(pk=escalation.pk, status=Status.OPEN, claimed_by=by).update(
        claimed_by=None, claimed_until=None
    )
    if freed:
        announce(escalation, "released")
