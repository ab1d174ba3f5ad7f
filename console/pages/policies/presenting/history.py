"""Recorded calls as rows, and why some cannot be judged again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from approvals.domain.verdict import Outcome
from approvals.learning.backtesting import Lost
from console.pages.policies.finding import Recent
from console.pages.policies.presenting.overview import Verdictish, chip
from console.pages.presenting import clock

LOST: dict[Lost, Promise] = {
    Lost.TOOL: _("What its tool was is not recorded, and no tool is declared like it today."),
    Lost.FACT: _("A fact was missing or odd when it was judged; what was not known then cannot be judged now."),
    Lost.OTHERWISE: _("From what is stored the gate does not come to the answer it gave then, so nothing is claimed."),
}


@dataclass(frozen=True)
class RecentRow:
    """One recorded call to pick."""

    id: int
    tool: str
    agent: str
    chip: Verdictish
    at: datetime
    said_at: str


def recent(found: Sequence[Recent], *, now: datetime) -> tuple[RecentRow, ...]:
    """Write recorded calls, the newest first."""
    return tuple(
        RecentRow(one.id, one.tool, one.agent, chip(Outcome(one.outcome)), one.at, clock.clock(one.at, now=now))
        for one in found
    )
