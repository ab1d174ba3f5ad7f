"""Withdraw what an origin no longer asks: its run was cancelled."""

from collections.abc import Collection
from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now

from approvals.inbox.opening import announce
from approvals.models import Escalation, Grant

WITHDRAW = """
UPDATE approvals_escalation SET status = 'cancelled', version = version + 1, closed_at = now(),
    claimed_by_id = NULL, claimed_until = NULL
WHERE origin = ANY(%s) AND status IN ('open', 'decided') RETURNING id
"""


def withdraw(origins: Collection[UUID]) -> int:
    """Cancel the live escalations of these origins and void their unused grants; how many there were.

    Joins the caller's transaction. A decision that is being written at the same moment waits for it or wins: then
    its grant is voided here, and the operation trigger refuses cancelled runs besides.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(WITHDRAW, [list(origins)])
            closed = [row[0] for row in cursor.fetchall()]
        Grant.objects.filter(origin__in=origins, used_at=None, voided_at=None).update(voided_at=Now())
        for escalation in Escalation.objects.filter(pk__in=closed):
            announce(escalation, "cancelled")
    return len(closed)
