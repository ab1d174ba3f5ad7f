"""Halt everything, one agent, one tool or one run: after it returns no new effect starts."""

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from approvals.domain.errors import NotAllowedToDecide, ReasonMissing
from approvals.domain.redaction import clean, redact, visible
from approvals.models import AuditEntry, Halt, Member
from approvals.models.halt import HaltScope

# The operation trigger takes the same lock shared: intents that began before are waited for, later ones see the row.
EXCLUSIVE = "SELECT pg_advisory_xact_lock(21313, 1)"


# What was due before the halt is late anyway.
GIVE_BACK = """
WITH h AS (
  SELECT * FROM approvals_halt WHERE tenant_id = %s AND scope = %s AND key = %s AND lifted_at >= now()
  ORDER BY id DESC LIMIT 1)
UPDATE approvals_escalation e SET level_at = e.level_at + (h.lifted_at - greatest(h.halted_at, e.opened_at))
FROM h
WHERE e.tenant_id = h.tenant_id AND e.status = 'open' AND e.level_at > h.halted_at
  AND (h.scope = 'everything' OR (h.scope = 'agent' AND h.key = e.agent) OR (h.scope = 'tool' AND h.key = e.tool)
       OR (h.scope = 'run' AND h.key = e.run_key::text))
"""
LONGEST_REASON = 500
"""Characters of a reason that are kept."""


def halt(*, scope: HaltScope, key: str = "", by: Member, reason: str) -> bool:
    """Freeze effects; False when the same thing is frozen already. Nothing is lost: it goes on when lifted.

    Raises NotAllowedToDecide for who may not decide, and ReasonMissing: whoever meets a halt has to learn why.
    """
    if not by.can_decide:
        raise NotAllowedToDecide
    said = _said(reason)
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(EXCLUSIVE)
            Halt.objects.create(tenant_id=by.tenant_id, scope=scope, key=key, by=by, reason=said)
            _note(by, "halt", f"{scope} {key}".strip(), said)
    except IntegrityError:
        return False
    return True


def lift(*, scope: HaltScope, key: str = "", by: Member, reason: str, halt_id: int | None = None) -> bool:
    """Let effects start again; False when nothing was frozen, or by now by another halt than `halt_id`.

    One conditional UPDATE: of two who lift at once one is told that there was nothing. Raises NotAllowedToDecide for
    who is no admin, and ReasonMissing.
    """
    if not by.is_admin:
        raise NotAllowedToDecide("Only an admin can lift a halt.")
    said = _said(reason)
    live = Halt.objects.filter(tenant_id=by.tenant_id, scope=scope, key=key, lifted_at=None)
    with transaction.atomic():
        meant = live if halt_id is None else live.filter(pk=halt_id)
        lifted = meant.update(lifted_at=Now(), lifted_by=by, lift_reason=said)
        if lifted:
            _give_back(by.tenant_id, scope, key)
            _note(by, "halt.lift", f"{scope} {key}".strip(), said)
    return bool(lifted)


def _give_back(tenant_id: int, scope: HaltScope, key: str) -> None:
    """Nobody is hurried for what could not run: who is told next is told later by as long as it was halted."""
    with connection.cursor() as cursor:
        cursor.execute(GIVE_BACK, [tenant_id, scope, key])


def _said(reason: str) -> str:
    said = redact(clean(reason.strip()))[:LONGEST_REASON]
    if not visible(said).strip():
        raise ReasonMissing
    return said


def _note(by: Member, verb: str, what: str, reason: str) -> None:
    AuditEntry.objects.create(tenant_id=by.tenant_id, by=by, verb=verb, object=what, details={"reason": reason})
