"""The curve that matters: how many calls of a route were asked about and audited, week by week, and what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection
from django.utils import timezone

from approvals.domain.calibration.epoch import Cause
from approvals.domain.label import Source
from approvals.learning.tuning import Verb, cuts_of, route_of_name, rules_of
from approvals.models import AuditEntry, Certificate, Epoch, RulesetProposal, Threshold
from approvals.models.ruleset import ProposalStatus

WEEKS = 26
MOST_CALLS = 50_000
"""The newest so many are counted; a page says so when there are more."""
_COUNTED = """
WITH newest AS (
  SELECT id, outcome, created_at FROM approvals_verdict
  WHERE tenant_id = %(tenant)s AND route = %(route)s AND is_counted AND outcome <> 'refuse'
  ORDER BY id DESC LIMIT %(most)s)
SELECT date_trunc('week', n.created_at), count(*) FILTER (WHERE n.outcome <> 'allow'),
       count(*) FILTER (WHERE n.outcome = 'allow'),
       count(*) FILTER (WHERE n.outcome = 'allow' AND EXISTS (
         SELECT 1 FROM approvals_label l WHERE l.verdict_id = n.id AND l.source = %(audit)s))
FROM newest n WHERE n.created_at >= %(since)s GROUP BY 1 ORDER BY 1
"""


class What(StrEnum):
    """What changed how much is asked."""

    EPOCH = "epoch"
    PROMOTION = "promotion"
    ROLLBACK = "rollback"


@dataclass(frozen=True)
class Week:
    """One week that begins on a Monday, by the clock of the database."""

    begins: datetime
    asked: int
    alone: int
    audited: int
    """Of those that ran alone."""
    limit: float | None
    """That the newest certificate of the week was held against; None while there was none."""
    proven: float | None
    """The threshold it carried."""

    @property
    def calls(self) -> int:
        """All gated calls."""
        return self.asked + self.alone


@dataclass(frozen=True)
class Mark:
    """Something that happened to the route."""

    at: datetime
    what: What
    cut: float | None = None
    """For a promotion: what runs alone since."""
    number: int = 0
    """For an epoch: which."""


@dataclass(frozen=True)
class Curve:
    """The weeks in which something was gated, and what happened in them, the oldest first."""

    weeks: tuple[Week, ...]
    marks: tuple[Mark, ...]
    is_cut: bool


def curve(tenant_id: int, route: str, *, now: datetime | None = None) -> Curve:
    """Read it; five queries, whatever the number of calls."""
    now = now or timezone.now()
    since = (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    since -= timedelta(weeks=WEEKS - 1)
    rows = _rows(tenant_id, route, since)
    proven = list(
        Certificate.objects.filter(epoch__tenant_id=tenant_id, epoch__route=route, about=Threshold.AUTO)
        .order_by("computed_at", "pk")
        .values_list("computed_at", "limit", "threshold")
    )
    weeks = tuple(Week(*row, *_at_end(proven, row[0])) for row in rows)
    marks = sorted(_marks(tenant_id, route, since), key=lambda mark: mark.at)
    return Curve(weeks, tuple(marks), sum(week.calls for week in weeks) >= MOST_CALLS)


def _rows(tenant_id: int, route: str, since: datetime) -> list[tuple[datetime, int, int, int]]:
    names: dict[str, Any] = {
        "tenant": tenant_id,
        "route": route,
        "since": since,
        "most": MOST_CALLS,
        "audit": Source.AUDIT.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, names)
        return list(cursor.fetchall())


def _at_end(
    proven: Sequence[tuple[datetime, float, float | None]], begins: datetime
) -> tuple[float | None, float | None]:
    """Limit and threshold of the last certificate that was there when a week ended."""
    until = begins + timedelta(weeks=1)
    return next(((limit, cut) for at, limit, cut in reversed(proven) if at < until), (None, None))


def _marks(tenant_id: int, route: str, since: datetime) -> list[Mark]:
    """Epochs that began anew, loosenings that went live, and what was tightened by nobody's hand."""
    epochs = Epoch.objects.filter(tenant_id=tenant_id, route=route, began_at__gte=since).exclude(cause=Cause.FIRST)
    drafts = RulesetProposal.objects.filter(
        tenant_id=tenant_id, route=route, status=ProposalStatus.APPROVED, closed_at__gte=since
    )
    back = AuditEntry.objects.filter(
        tenant_id=tenant_id,
        object__startswith="ruleset:",
        verb=Verb.TIGHTEN,
        by=None,
        details__route=route,
        at__gte=since,
    )
    return [
        *(Mark(one.began_at, What.EPOCH, number=one.number) for one in epochs),
        *(
            Mark(one.closed_at, What.PROMOTION, cut=cuts_of(route_of_name(rules_of(one), route)).auto)
            for one in drafts
            if one.closed_at
        ),
        *(Mark(at, What.ROLLBACK) for at in back.values_list("at", flat=True)),
    ]
