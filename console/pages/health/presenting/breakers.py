"""Breakers: where each stands, since when, and who or what moved it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agents.domain.breaker import WINDOW_SECONDS, BreakerState, Guarded
from agents.models import Breaker, BreakerChange
from approvals.models import Member
from console.pages.presenting import clock
from console.pages.runs import duration

MOST_CHANGES = 8
"""Of each breaker's history that are shown."""
MOST_SHOWN = 100
STATES = {
    BreakerState.CLOSED: (gettext_lazy("closed: calls go through"), "yes", "ok"),
    BreakerState.OPEN: (gettext_lazy("open: nothing is called"), "irrev", "bad"),
    BreakerState.TRIAL: (gettext_lazy("trial: one call tries for all"), "rev", "warn"),
}
GUARDED = {Guarded.DEPENDENCY: gettext_lazy("dependency"), Guarded.TOOL: gettext_lazy("tool")}
FAILURES = {
    "timeout": gettext_lazy("no answer in time"),
    "timed_out": gettext_lazy("no answer in time"),
    "rate_limited": gettext_lazy("told to slow down"),
    "server": gettext_lazy("an error of the server"),
    "connection": gettext_lazy("no connection"),
    "unavailable": gettext_lazy("not there"),
    "outcome_unknown": gettext_lazy("an answer that was lost"),
}
"""Words for what opened a breaker; other kinds are names of exceptions."""


@dataclass(frozen=True)
class Change:
    """One line of history; `reason` may be a person's words."""

    at: str
    at_iso: str
    word: str
    by: str
    reason: str


@dataclass(frozen=True)
class Shown:
    """One breaker; `name` is from outside."""

    id: int
    name: str
    guarded: str
    is_closed: bool
    is_held: bool
    word: str
    icon: str
    tone: str
    since: str
    failures: str
    next_trial: str
    by: str
    """Who holds it open, and why; empty for the machine."""
    reason: str
    history: tuple[Change, ...]


def breakers(member: Member, *, now: datetime) -> tuple[Shown, ...]:
    """The breakers of the person's tenant, those that are not closed first."""
    found = list(
        Breaker.objects.filter(tenant_id=member.tenant_id)
        .select_related("by")
        .order_by(
            # `trial`, `open`, `closed`: what is not closed sorts last by its letters.
            F("state").desc(),
            "-changed_at",
        )[:MOST_SHOWN]
    )
    history = _history([breaker.pk for breaker in found])
    return tuple(_shown(breaker, history[breaker.pk], now=now) for breaker in found)


def _shown(breaker: Breaker, history: Iterable[BreakerChange], *, now: datetime) -> Shown:
    state = BreakerState(breaker.state)
    word, icon, tone = STATES[state]
    since = now - timedelta(seconds=WINDOW_SECONDS)
    recent = sum(moment > since for moment in breaker.failures)
    return Shown(
        id=breaker.pk,
        name=breaker.name,
        guarded=str(GUARDED[Guarded(breaker.guarded)]),
        is_closed=state is BreakerState.CLOSED,
        is_held=state is BreakerState.OPEN and breaker.try_at is None,
        word=str(word),
        icon=icon,
        tone=tone,
        since=duration.between(breaker.changed_at, now),
        failures=ngettext("%(n)s failure in the last minute", "%(n)s failures in the last minute", recent)
        % {"n": recent},
        next_trial=_next(breaker, state, now=now),
        by=breaker.by.name if breaker.by else "",
        reason=breaker.reason,
        history=tuple(_change(change, now=now) for change in history),
    )


def _next(breaker: Breaker, state: BreakerState, *, now: datetime) -> str:
    if state is BreakerState.CLOSED:
        return ""
    if breaker.try_at is None:
        return _("Stays open until an admin closes it.")
    if state is BreakerState.TRIAL:
        return _("Another call may try at %(time)s if nothing is heard.") % {
            "time": clock.clock(breaker.try_at, now=now)
        }
    if breaker.try_at <= now:
        return _("The next call tries.")
    return _("One call may try at %(time)s.") % {"time": clock.clock(breaker.try_at, now=now)}


def _change(change: BreakerChange, *, now: datetime) -> Change:
    words = {
        BreakerState.CLOSED: _("closed"),
        BreakerState.OPEN: _("opened"),
        BreakerState.TRIAL: _("one call tries"),
    }
    why = change.reason if change.by else str(FAILURES.get(change.reason, change.reason))
    return Change(
        at=clock.clock(change.at, now=now),
        at_iso=change.at.isoformat(),
        word=words[BreakerState(change.after)],
        by=change.by.name if change.by else "",
        reason=why,
    )


def _history(breaker_ids: list[int]) -> dict[int, list[BreakerChange]]:
    """The latest changes of each, the newest first, in one query."""
    latest = BreakerChange.objects.filter(breaker_id__in=breaker_ids).annotate(
        place=Window(RowNumber(), partition_by="breaker_id", order_by=F("id").desc())
    )
    found: dict[int, list[BreakerChange]] = defaultdict(list)
    for change in latest.filter(place__lte=MOST_CHANGES).select_related("by").order_by("-pk"):
        found[change.breaker_id].append(change)
    return found
