"""Cancel a run: no effect starts after it; what is in flight ends and is written down."""

from django.db import transaction
from django.db.models import DateTimeField, Func

from agents.domain.run import RunStatus
from agents.engine import advancing
from agents.models import Run
from approvals.domain.redaction import clean, redact
from approvals.models import AuditEntry, Member

LIVE = (RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.WAITING)
CLOCK = Func(function="clock_timestamp", output_field=DateTimeField())


LONGEST_REASON = 500
"""Characters of a reason that are kept."""


def cancel(run: Run, *, by: Member | None, reason: str = "") -> bool:
    """Ask a run to stop; False when it had already ended or was cancelled before, and then no reason is kept.

    `reason` is what the person says of it, without secrets, as the audit keeps it and the run's page shows it.

    The mark on the run's row is what stops it: the operation trigger reads it under a lock, so no effect begins
    after this returns. Steps nobody carries are cancelled here, a step being carried when it ends, and one whose
    effect is of unknown outcome stays until somebody settles it.
    """
    with transaction.atomic():
        # Locked first and marked after: the mark is later than every effect that began before it.
        advancing.lock_run(run.pk)
        if not mark(run, by=by, reason=reason):
            return False
        advancing.drop(run.pk)
        advancing.settle(run.pk)
    return True


def mark(run: Run, *, by: Member | None, reason: str) -> bool:
    """Mark a live run as cancelled and say in the audit by whom; False when it is over. Joins the caller's transaction.

    The caller has locked the run, and ends or drops its steps.
    """
    if not Run.objects.filter(pk=run.pk, status__in=LIVE, cancelled_at=None).update(cancelled_at=CLOCK):
        return False
    details = {"reason": redact(clean(reason.strip()))[:LONGEST_REASON]}
    AuditEntry.objects.create(tenant_id=run.tenant_id, by=by, verb="run.cancel", object=str(run.key), details=details)
    return True
