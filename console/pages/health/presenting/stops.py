"""Runs that a limit of their own ended."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy

from agents.models import Stop
from agents.models.stop import StopKind
from approvals.models import Member
from console.pages.presenting import clock

MOST_SHOWN = 30
KINDS = {
    StopKind.STEPS: (gettext_lazy("unfinished: steps"), "warn"),
    StopKind.TURNS: (gettext_lazy("unfinished: turns"), "warn"),
    StopKind.REPETITION: (gettext_lazy("unfinished: repetition"), "warn"),
    StopKind.BUDGET: (gettext_lazy("unfinished: budget"), "warn"),
    StopKind.UNSAFE: (gettext_lazy("failed: tried what is refused"), "bad"),
}


@dataclass(frozen=True)
class Shown:
    """One run; `title`, `agent` and `sentence` hold names from outside."""

    run_key: UUID
    title: str
    agent: str
    word: str
    tone: str
    sentence: str
    at: str
    at_iso: str


def stops(member: Member, *, now: datetime) -> tuple[Shown, ...]:
    """The latest in the person's tenant, the newest first."""
    found = Stop.objects.filter(tenant_id=member.tenant_id).select_related("run__request").order_by("-pk")
    return tuple(_shown(stop, now=now) for stop in found[:MOST_SHOWN])


def _shown(stop: Stop, *, now: datetime) -> Shown:
    word, tone = KINDS[StopKind(stop.kind)]
    return Shown(
        run_key=stop.run.key,
        title=stop.run.request.title,
        agent=stop.run.agent,
        word=str(word),
        tone=tone,
        sentence=stop.sentence,
        at=clock.clock(stop.stopped_at, now=now),
        at_iso=stop.stopped_at.isoformat(),
    )
