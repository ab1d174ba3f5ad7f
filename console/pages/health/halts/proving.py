"""Whether the gate is proven in every lane: what the page of halts and the banner of every page say of it."""

import time
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from agents.proving import patrolling
from agents.proving.patrolling import Coverage
from approvals.models import Member
from console.pages.presenting import clock

FRESH_SECONDS = 10.0
"""For so long a process remembers what it has read, so that pages ask nothing of their own."""

_known: tuple[float, tuple[Coverage, ...]] | None = None


@dataclass(frozen=True)
class Shown:
    """One lane; `otherwise` may hold words of a failed proof."""

    lane: str
    tone: str
    state: str
    otherwise: str
    worker: str


def processor(request: HttpRequest) -> dict[str, Any]:
    """`unproven` for every template: the lanes that somebody should look at, for who is signed in."""
    return {"unproven": SimpleLazyObject(partial(_alarms, request))}


def rows() -> list[Shown]:
    """Every lane as it stands now."""
    return [shown(one) for one in _read(fresh_seconds=0)]


def shown(one: Coverage) -> Shown:
    """Write one lane."""
    at = clock.clock(one.proven_at, now=timezone.now()) if one.proven_at else ""
    if one.is_proven:
        tone, state = "ok", _("proven at %(at)s") % {"at": at}
    elif one.is_untried and not one.is_silent:
        tone, state = "", _("not proven yet: the first test call comes within a minute of the first worker")
    elif one.otherwise:
        tone, state = "bad", _("fails; last proven at %(at)s") % {"at": at} if at else _("fails, and never held")
    else:
        tone, state = "bad", _("silent since %(at)s") % {"at": at} if at else _("silent: never proven")
    return Shown(one.lane, tone, state, one.otherwise, one.worker)


def forget() -> None:
    """Read anew at the next page."""
    global _known
    _known = None


def _alarms(request: HttpRequest) -> list[Shown]:
    if not isinstance(getattr(request, "user", None), Member):
        return []
    return [shown(one) for one in _read(fresh_seconds=FRESH_SECONDS) if one.is_alarming]


def _read(*, fresh_seconds: float) -> tuple[Coverage, ...]:
    global _known
    if _known is None or time.monotonic() - _known[0] >= fresh_seconds:
        _known = (time.monotonic(), patrolling.coverage())
    return _known[1]
