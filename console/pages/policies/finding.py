"""Find what the pages of policies show: names that nobody registered, drafts and versions to begin from."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Max
from django.utils import timezone

from approvals.learning.previewing import PERIOD
from approvals.models import Counter, Verdict
from approvals.staffing.keys import ELSEWHERE

MOST_UNKNOWN = 20
MOST_RECENT = 8


class Unknown(NamedTuple):
    """A name that agents used lately and no tool has."""

    name: str
    calls: int
    last_at: datetime


def unknown_tools(tenant_id: int, *, registered: Iterable[str]) -> tuple[Unknown, ...]:
    """Names in recorded calls that are no tool of this installation, those used most first."""
    recent = Verdict.objects.filter(tenant_id=tenant_id, is_counted=True, created_at__gte=timezone.now() - PERIOD)
    # Tools of agents elsewhere are classified by people and never declared by a module.
    rows = recent.exclude(tool__in=list(registered)).exclude(agent__startswith=ELSEWHERE).values("tool")
    found = rows.annotate(calls=Count("pk"), last_at=Max("created_at")).order_by("-calls", "tool")
    return tuple(Unknown(row["tool"], row["calls"], row["last_at"]) for row in found[:MOST_UNKNOWN])


def used_today(tenant_id: int, window: str) -> dict[str, Decimal]:
    """How much is used in this window, by meter."""
    return dict(Counter.objects.filter(tenant_id=tenant_id, window=window).values_list("meter", "used"))


class Recent(NamedTuple):
    """A counted call that was judged lately."""

    id: int
    tool: str
    agent: str
    outcome: str
    at: datetime


def recent_calls(tenant_id: int) -> tuple[Recent, ...]:
    """The newest counted calls, to try rules on."""
    found = Verdict.objects.filter(tenant_id=tenant_id, is_counted=True).order_by("-pk")[:MOST_RECENT]
    return tuple(Recent(*row) for row in found.values_list("pk", "tool", "agent", "outcome", "created_at"))
