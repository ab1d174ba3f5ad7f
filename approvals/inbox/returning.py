"""Return an approved action to the queue, because the world it was approved for is gone."""

from django.db.models.functions import Now

from approvals.domain.errors import TooLate
from approvals.inbox import asking
from approvals.inbox.asking import Answer, Prepared
from approvals.models import Decision, Grant


def send_back(decision: Decision, prepared: Prepared) -> Answer:
    """Void the unused right of a decision and ask again in its place; joins the caller's transaction.

    The new escalation supersedes the old one, so that whoever decided finds it. Raises TooLate when the right was
    used in the meantime, which takes the caller's transaction with it.
    """
    if not Grant.objects.filter(decision=decision, used_at=None, voided_at=None).update(voided_at=Now()):
        raise TooLate
    return asking.ask(prepared, supersedes=decision.escalation)
