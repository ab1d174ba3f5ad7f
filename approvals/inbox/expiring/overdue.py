"""Expire what nobody decided in time; a deadline never approves, and never says what nobody knows."""

from django.db import connection, transaction

from approvals.inbox.opening import announce
from approvals.models import Escalation
from approvals.signals import expired

BATCH = 200

# What the end user did not confirm in time goes on to a reviewer (`approvals.confirming`).
# Not by `clock_timestamp()`, which has no index: each second would read through all that is open.
EXPIRE = """
UPDATE approvals_escalation SET status = 'expired', version = version + 1, closed_at = now(),
    claimed_by_id = NULL, claimed_until = NULL
WHERE id IN (SELECT id FROM approvals_escalation
             WHERE status = 'open' AND kind NOT IN ('incident', 'handoff', 'confirmation')
               AND due_at <= statement_timestamp() AND tenant_id = coalesce(%s, tenant_id)
             ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def expire_due(*, tenant_id: int | None = None) -> int:
    """Expire one batch of overdue escalations and tell their origins in the same transaction; how many there were.

    Of one tenant where it is named. Any number of processes may do it at once: each row is taken by one.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(EXPIRE, [tenant_id, BATCH])
            taken = [row[0] for row in cursor.fetchall()]
        if not taken:
            return 0
        escalations = list(Escalation.objects.filter(pk__in=taken))
        expired.send(sender=Escalation, escalations=escalations)
        for escalation in escalations:
            announce(escalation, "expired")
    return len(taken)
