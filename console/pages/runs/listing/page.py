"""The list of runs as its templates show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agents.models import Run
from console.pages.presenting import clock
from console.pages.runs.filter import chips, relaxing
from console.pages.runs.filter.chips import Sought, sought
from console.pages.runs.filter.grammar import Filter
from console.pages.runs.filter.relaxing import COUNTED
from console.pages.runs.filter.words import SUGGESTED, WORDS
from console.pages.runs.finding import PAGE_SIZE, Around, Past
from console.pages.runs.listing.chart import Chart, chart
from console.pages.runs.listing.rows import Row, row


@dataclass(frozen=True)
class Listing:
    """One page of runs with what was sought."""

    sought: Sought
    rows: tuple[Row, ...]
    count: str
    chart: Chart | None
    older: str
    """Where the next page is; empty on the last."""
    newest: str
    """Where the first page is; empty on it."""
    since: str
    """The key of the newest run shown on the first page: what comes later is new."""
    at: str


@dataclass(frozen=True)
class Empty:
    """Why there is no run to show, and what to do next."""

    sought: Sought
    said: str
    """What would be there without one of the terms."""
    is_filtered: bool


def listing(
    runs: Sequence[Run],
    told: Mapping[UUID, Around],
    pasts: Sequence[Past],
    *,
    found: Filter,
    is_first: bool,
    now: datetime,
) -> Listing:
    """Write a page of runs; `runs` holds one more than a page when another follows."""
    shown = runs[:PAGE_SIZE]
    has_more = len(runs) > PAGE_SIZE
    return Listing(
        sought=sought(found, WORDS, offers=SUGGESTED),
        rows=tuple(row(run, told[run.key], now=now) for run in shown),
        count=_count(len(pasts)),
        chart=chart(pasts[:COUNTED], found, now=now),
        older=chips.address(found, after=str(shown[-1].key)) if has_more else "",
        newest="" if is_first else chips.address(found) or "?",
        since=str(shown[0].key) if is_first and shown else "",
        at=clock.clock(now, now=now),
    )


def empty(found: Filter, lacking: Sequence[int]) -> Empty:
    """Say why nothing is shown; `lacking` counts what there would be without each term."""
    said = relaxing.sentence(found, lacking)
    return Empty(sought(found, WORDS, offers=SUGGESTED), said, bool(found.text))


def _count(number: int) -> str:
    if number > COUNTED:
        return _("%(n)s+ runs") % {"n": f"{COUNTED:,}"}
    return ngettext("%(n)s run", "%(n)s runs", number) % {"n": f"{number:,}"}
