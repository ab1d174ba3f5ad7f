"""Listen to approvals: a decision, an expiry and an undo each put the waiting step right, in the same transaction."""

from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models.functions import Now

from agents.domain.run import StepStatus
from agents.engine.queue import waking
from agents.models import Step
from approvals.models import Decision, rows
from approvals.signals import decided, expired, stopping, undone

ON_DECIDED = """
UPDATE agents_step SET status = 'ready', wake_at = %s, ready_at = statement_timestamp()
WHERE key = %s AND status = 'waiting' RETURNING id
"""


def connect() -> None:
    """Listen to approvals; called once when the app is ready."""
    decided.connect(on_decided, dispatch_uid="agents.decided")
    undone.connect(on_undone, dispatch_uid="agents.undone")
    expired.connect(on_expired, dispatch_uid="agents.expired")
    stopping.connect(on_stopping, dispatch_uid="agents.stopping")


def on_decided(*, decision: Decision, **_: Any) -> None:
    """Make the waiting step due when the window ends; in the deciding transaction."""
    rows.fetch(ON_DECIDED, [decision.undo_until, decision.origin])
    if decision.undo_until <= decision.decided_at:
        waking.wake_after_commit()


def on_stopping(*, run_key: UUID, **_: Any) -> None:
    """Lock the run before anything else of it, as whoever cancels it does; what has begun is waited for."""
    rows.fetch("SELECT 1 FROM agents_run WHERE key = %s FOR NO KEY UPDATE", [run_key])


def on_undone(*, escalation: Any, **_: Any) -> None:
    """Let the step wait again; it cannot have been claimed, because its time had not come."""
    Step.objects.filter(key=escalation.origin, status=StepStatus.READY).update(status=StepStatus.WAITING)


def on_expired(*, escalations: list[Any], **_: Any) -> None:
    """Make the waiting steps due now; they end refused."""
    origins = [escalation.origin for escalation in escalations]
    Step.objects.filter(key__in=origins, status=StepStatus.WAITING).update(
        status=StepStatus.READY, wake_at=Now(), ready_at=Now()
    )
    waking.wake_after_commit()


# Never needed while decisions and steps are written by this code in one transaction; a restore or a decision made
# while the agents app was not listening would otherwise wait for ever.
CATCH_UP = """
UPDATE agents_step s SET status = 'ready', wake_at = e.undo_until, ready_at = now()
FROM approvals_escalation e
WHERE e.status = 'decided' AND e.undo_until <= now() AND s.key = e.origin AND s.status = 'waiting'
"""


def catch_up() -> int:
    """Make due what was decided and never heard; how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(CATCH_UP)
        return int(cursor.rowcount)
