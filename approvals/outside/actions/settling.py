"""What time alone makes due of actions elsewhere: decisions that nobody redeems, and outcomes that nobody told."""

from django.db import connection, transaction
from django.db.models.functions import Now

from approvals.domain.decision import DecisionKind
from approvals.inbox import applying
from approvals.models import Escalation, OutsideAction, Redemption, RedemptionOutcome
from approvals.outside.actions import redeeming

BATCH = 100
UNTOLD = "the agent has not said how it ended"
SETTLED = {
    DecisionKind.HAPPENED: RedemptionOutcome.SUCCEEDED,
    DecisionKind.NOT_HAPPENED: RedemptionOutcome.FAILED,
}

# One statement, so that an idle look costs one transaction.
DUE = """
SELECT EXISTS (SELECT 1 FROM approvals_escalation e JOIN approvals_outsideaction a ON a.key = e.origin
               WHERE e.status = 'decided' AND e.undo_until <= statement_timestamp())
    OR EXISTS (SELECT 1 FROM approvals_redemption WHERE outcome IS NULL AND outcome_due_at <= statement_timestamp())
"""
DECIDED = """
SELECT e.origin FROM approvals_escalation e
WHERE e.status = 'decided' AND e.undo_until <= statement_timestamp()
  AND EXISTS (SELECT 1 FROM approvals_outsideaction a WHERE a.key = e.origin)
ORDER BY e.undo_until LIMIT %s
"""
UNTOLD_ONES = """
SELECT id FROM approvals_redemption WHERE outcome IS NULL AND outcome_due_at <= statement_timestamp()
ORDER BY outcome_due_at LIMIT %s FOR UPDATE SKIP LOCKED
"""


def settle() -> int:
    """Apply what was decided, and ask a person about what nobody told; how many there were. Any number may do it."""
    with connection.cursor() as cursor:
        cursor.execute(DUE)
        is_due = cursor.fetchone()[0]
    return apply_decided() + report_untold() if is_due else 0


def apply_decided() -> int:
    """Take decisions whose window is over, each in a transaction; what a person found out settles the redemption."""
    with connection.cursor() as cursor:
        cursor.execute(DECIDED, [BATCH])
        origins = [row[0] for row in cursor.fetchall()]
    for origin in origins:
        with transaction.atomic():
            standing = applying.apply(origin)
            if standing is not None and standing.decision is not None:
                _settle(standing.escalation, DecisionKind(standing.decision.kind))
    return len(origins)


def report_untold() -> int:
    """Call unknown what should have an outcome by now, and open an incident for each, all in one transaction."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(UNTOLD_ONES, [BATCH])
            found = [row[0] for row in cursor.fetchall()]
        for made in Redemption.objects.filter(pk__in=found).order_by("pk"):
            Redemption.objects.filter(pk=made.pk, outcome=None).update(
                outcome=RedemptionOutcome.UNKNOWN, detail=UNTOLD, ended_at=Now()
            )
            redeeming.report(made, UNTOLD)
    return len(found)


def _settle(escalation: Escalation, said: DecisionKind) -> None:
    outcome = SETTLED.get(said)
    if outcome is not None:
        action = OutsideAction.objects.get(key=escalation.origin)
        Redemption.objects.filter(action=action, outcome=RedemptionOutcome.UNKNOWN).update(
            outcome=outcome, ended_at=Now()
        )
