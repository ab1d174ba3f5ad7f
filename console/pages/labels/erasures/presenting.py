"""What the page of erasures shows."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.learning.dataset import erasing
from approvals.models import AuditEntry, Erasure, Member
from approvals.models.proof.audit import About, ErasureStatus
from console.pages.labels import newness
from console.pages.presenting import clock

MOST = 50


@dataclass(frozen=True)
class Open:
    """One that waits for another admin; subject and reason are untrusted texts."""

    id: int
    kind: str
    subject: str
    reason: str
    asked: str
    size: str
    runs: int
    seen: str
    may_erase: bool
    error: str = ""
    typed: str = ""


@dataclass(frozen=True)
class Over:
    """One that has ended."""

    id: int
    said: str
    reason: str
    size: str


@dataclass(frozen=True)
class Refused:
    """What was wrong with one that was to be done, and what was typed."""

    id: int = 0
    error: str = ""
    typed: str = ""


NOTHING = Refused()


def waiting(viewer: Member, *, now: datetime, refused: Refused) -> list[Open]:
    """Those that are open, the oldest first."""
    rows = Erasure.objects.filter(tenant_id=viewer.tenant_id, status=ErasureStatus.OPEN).select_related("requested_by")
    return [_open(one, viewer, now, refused if refused.id == one.pk else NOTHING) for one in rows.order_by("pk")[:MOST]]


def over(viewer: Member, *, now: datetime) -> list[Over]:
    """Those that have ended, the newest first."""
    rows = Erasure.objects.filter(tenant_id=viewer.tenant_id).exclude(status=ErasureStatus.OPEN)
    told = list(rows.select_related("requested_by", "closed_by").order_by("-closed_at")[:MOST])
    objects = [f"erasure:{one.pk}" for one in told]
    kept = AuditEntry.objects.filter(tenant_id=viewer.tenant_id, verb="data.erase", object__in=objects)
    details = dict(kept.values_list("object", "details"))
    return [_over(one, newness.before(details.get(f"erasure:{one.pk}")), now=now) for one in told]


def _open(one: Erasure, viewer: Member, now: datetime, refused: Refused) -> Open:
    scope = erasing.scope_of(one)
    names = {"by": one.requested_by.signature, "at": clock.clock(one.requested_at, now=now)}
    return Open(
        id=one.pk,
        kind=_("Conversation") if one.kind == About.CONVERSATION else _("Run"),
        subject=one.subject,
        reason=one.reason,
        asked=_("%(by)s asked for it at %(at)s") % names,
        size=_size(len(scope.runs), scope.calls, scope.labels),
        runs=len(scope.runs),
        seen=scope.digest,
        may_erase=viewer.is_admin and viewer.person_id != one.requested_by.person_id,
        error=refused.error,
        typed=refused.typed,
    )


def _over(one: Erasure, how: str, *, now: datetime) -> Over:
    by = one.closed_by.signature if one.closed_by else ""
    names = {
        "asked": one.requested_by.signature,
        "by": f"{by}, {how}," if how else by,
        "at": clock.clock(one.closed_at, now=now) if one.closed_at else "",
    }
    is_done = one.status == ErasureStatus.DONE
    said = (
        _("%(by)s erased it at %(at)s; %(asked)s had asked for it")
        if is_done
        else _("%(by)s discarded it at %(at)s; %(asked)s had asked for it")
    )
    size = _size(one.counts["runs"], one.counts["calls"], one.counts["labels"]) if is_done else ""
    return Over(one.pk, said % names, one.reason, size)


def _size(runs: int, calls: int, labels: int) -> str:
    said = (
        ngettext("%(n)s run", "%(n)s runs", runs) % {"n": runs},
        ngettext("%(n)s call", "%(n)s calls", calls) % {"n": calls},
        ngettext("%(n)s label", "%(n)s labels", labels) % {"n": labels},
    )
    return _("%(runs)s with %(calls)s and %(labels)s") % dict(zip(("runs", "calls", "labels"), said, strict=True))
