"""What is frozen in a tenant right now, for the banner that every page has."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from approvals.models import Halt, Member
from approvals.models.halt import HaltScope
from console.pages.presenting import clock

MOST_SHOWN = 50


@dataclass(frozen=True)
class Shown:
    """One halt; `what`, `reason` and `lift_reason` may hold words from outside."""

    id: int
    what: str
    reason: str
    by: str
    at: str
    lifted_by: str
    lifted_at: str
    lift_reason: str


@dataclass(frozen=True)
class Standing:
    """What is frozen: the widest halt, and how many there are besides it."""

    first: Shown
    more: int
    is_everything: bool


def processor(request: HttpRequest) -> dict[str, Any]:
    """`halted` for every template; asked of the database only where a page shows it, in one query."""
    return {"halted": SimpleLazyObject(partial(_halted, request))}


def live(member: Member) -> list[Halt]:
    """The live halts of a tenant, the widest first."""
    found = Halt.objects.filter(tenant_id=member.tenant_id, lifted_at=None).select_related("by").order_by("halted_at")
    return sorted(found, key=lambda halt: halt.scope != HaltScope.EVERYTHING)


def shown(halt: Halt, *, now: datetime) -> Shown:
    """Write one halt."""
    return Shown(
        id=halt.pk,
        what=what(halt),
        reason=halt.reason,
        by=halt.by.name if halt.by else "",
        at=clock.clock(halt.halted_at, now=now),
        lifted_by=halt.lifted_by.name if halt.lifted_by else "",
        lifted_at=clock.clock(halt.lifted_at, now=now) if halt.lifted_at else "",
        lift_reason=halt.lift_reason,
    )


def what(halt: Halt) -> str:
    """What a halt freezes, in words."""
    match HaltScope(halt.scope):
        case HaltScope.EVERYTHING:
            return _("everything")
        case HaltScope.AGENT:
            return _("agent %(name)s") % {"name": halt.key}
        case HaltScope.TOOL:
            return _("tool %(name)s") % {"name": halt.key}
        case HaltScope.RUN:
            return _("run %(name)s") % {"name": halt.key[:6]}


def _halted(request: HttpRequest) -> Standing | None:
    member = getattr(request, "user", None)
    if not isinstance(member, Member):
        return None
    found = live(member)
    if not found:
        return None
    is_everything = found[0].scope == HaltScope.EVERYTHING
    return Standing(shown(found[0], now=timezone.now()), len(found) - 1, is_everything)
