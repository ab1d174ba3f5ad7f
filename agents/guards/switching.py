"""Open and close breakers by hand: an admin says why, and the history and the audit keep it."""

from django.db import transaction
from django.db.models.functions import Now

from agents.domain.breaker import BreakerState, Key
from agents.guards import breakers
from agents.models import Breaker
from approvals.domain.errors import NotAllowedToDecide, ReasonMissing
from approvals.domain.redaction import clean, redact, visible
from approvals.models import AuditEntry, Member

LONGEST_REASON = 500
"""Characters of a reason that are kept."""


def open_for_good(key: Key, *, by: Member, reason: str) -> bool:
    """Let nothing through until a person closes it; False when somebody holds it open already.

    Makes the breaker where nothing has failed yet. Calls in flight end. Other workers see it within two seconds.
    Raises NotAllowedToDecide for who is no admin of that tenant, and ReasonMissing.
    """
    words = _said(key, by, reason)
    with transaction.atomic():
        row, made = Breaker.objects.get_or_create(
            tenant_id=key.tenant_id,
            guarded=key.guarded,
            name=key.name,
            defaults={"state": BreakerState.OPEN, "by": by, "reason": words},
        )
        held = Breaker.objects.filter(pk=row.pk).exclude(state=BreakerState.OPEN, try_at=None)
        moved = made or bool(held.update(state=BreakerState.OPEN, try_at=None, changed_at=Now(), by=by, reason=words))
        if moved:
            _note(key, by, "breaker.open", words)
    breakers.note(key)
    return moved


def close(key: Key, *, by: Member, reason: str) -> bool:
    """Let calls through again; False when it is closed, by somebody else or by a call that worked.

    Raises as `open_for_good`.
    """
    words = _said(key, by, reason)
    shut = Breaker.objects.filter(tenant_id=key.tenant_id, guarded=key.guarded, name=key.name)
    with transaction.atomic():
        moved = shut.exclude(state=BreakerState.CLOSED).update(
            state=BreakerState.CLOSED, try_at=None, failures=[], changed_at=Now(), by=by, reason=words
        )
        if moved:
            _note(key, by, "breaker.close", words)
    return bool(moved)


def _said(key: Key, by: Member, reason: str) -> str:
    if not by.is_admin or by.tenant_id != key.tenant_id:
        raise NotAllowedToDecide("Only an admin can move a breaker.")
    words = redact(clean(reason.strip()))[:LONGEST_REASON]
    if not visible(words):
        raise ReasonMissing
    return words


def _note(key: Key, by: Member, verb: str, words: str) -> None:
    AuditEntry.objects.create(
        tenant_id=key.tenant_id, by=by, verb=verb, object=f"{key.guarded} {key.name}", details={"reason": words}
    )
