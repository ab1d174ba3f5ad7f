"""Halt everything, one agent, one tool or one run: after it returns no new effect starts."""

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from approvals.domain.errors import NotAllowedToDecide
from approvals.models import AuditEntry, Halt, Member
from approvals.models.halt import HaltScope

# The operation trigger takes the same lock shared: intents that began before are waited for, later ones see the row.
EXCLUSIVE = "SELECT pg_advisory_xact_lock(21313, 1)"


def halt(*, scope: HaltScope, key: str = "", by: Member, reason: str) -> bool:
    """Freeze effects; False when the same thing is frozen already. Nothing is lost: it goes on when lifted."""
    if not by.can_decide:
        raise NotAllowedToDecide
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(EXCLUSIVE)
            Halt.objects.create(tenant_id=by.tenant_id, scope=scope, key=key, by=by, reason=reason)
            AuditEntry.objects.create(
                tenant_id=by.tenant_id, by=by, verb="halt", object=f"{scope} {key}".strip(), details={"reason": reason}
            )
    except IntegrityError:
        return False
    return True


def lift(*, scope: HaltScope, key: str = "", by: Member) -> bool:
    """Let effects start again; False when nothing was frozen."""
    if not by.is_admin:
        raise NotAllowedToDecide("Only an admin can lift a halt.")
    with transaction.atomic():
        lifted = Halt.objects.filter(tenant_id=by.tenant_id, scope=scope, key=key, lifted_at=None).update(
            lifted_at=Now()
        )
        if lifted:
            AuditEntry.objects.create(tenant_id=by.tenant_id, by=by, verb="halt.lift", object=f"{scope} {key}".strip())
    return bool(lifted)
