"""One run as a row of the list."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agents.domain.run import OperationOutcome, RunStatus
from agents.models import Run
from approvals.domain.verdict import Outcome
from console.pages.presenting import clock
from console.pages.runs import duration, words
from console.pages.runs.finding import Around
from console.pages.runs.words import Standing

MOST_NAMES = 2


@dataclass(frozen=True)
class Row:
    """One run; `title` and `agent` came from outside."""

    key: str
    id: str
    title: str
    started: str
    started_at: str
    agent: str
    standing: Standing
    world: str
    """Whether the world changed; empty where nothing could have."""
    world_tone: str
    gates: str
    """How often the gate gave each answer, the strictest first."""
    people: str
    waits: bool
    took: str
    is_live: bool
    cost: str
    """What was recorded; empty when nothing was."""


def row(run: Run, about: Around, *, now: datetime) -> Row:
    """Write one run as seen at `now`."""
    status = RunStatus(run.status)
    is_live = status in words.LIVE
    world, tone = _world(about)
    return Row(
        key=str(run.key),
        id=run.key.hex[:6],
        title=run.request.title,
        started=clock.clock(run.created_at, now=now),
        started_at=run.created_at.isoformat(),
        agent=run.agent,
        standing=words.STOPPING if is_live and run.cancelled_at else words.STANDINGS[status],
        world=world,
        world_tone=tone,
        gates=", ".join(
            f"{about.gates[one]:,} {words.COUNTED[one]}" for one in reversed(Outcome) if one in about.gates
        ),
        people=_people(about.people),
        waits=bool(about.open),
        took=duration.said((run.ended_at or now) - run.created_at),
        is_live=is_live,
        cost=_cost(about),
    )


def _world(about: Around) -> tuple[str, str]:
    """The strongest thing to be said of the effects: unknown before made."""
    unknown, made = (about.effects.get(one, 0) for one in (OperationOutcome.UNKNOWN, OperationOutcome.SUCCEEDED))
    if unknown:
        return ngettext("%(n)s outcome unknown", "%(n)s outcomes unknown", unknown) % {"n": unknown}, "warn"
    if made:
        return ngettext("%(n)s change made", "%(n)s changes made", made) % {"n": made}, ""
    if about.effects.get(None, 0):
        return _("a change is under way"), "hum"
    return _("nothing changed"), "t3"


def _people(names: list[str]) -> str:
    shown, more = ", ".join(names[:MOST_NAMES]), len(names) - MOST_NAMES
    return _("%(names)s and %(n)s more") % {"names": shown, "n": more} if more > 0 else shown


def _cost(about: Around) -> str:
    if about.cost_usd:
        return money(about.cost_usd)
    tokens = about.tokens or 0
    return ngettext("%(n)s token", "%(n)s tokens", tokens) % {"n": f"{tokens:,}"} if tokens else ""


def money(usd: Decimal) -> str:
    """Dollars, with as many digits as a small amount needs."""
    return f"${usd:,.2f}" if usd >= 1 else f"${usd:.4f}"
