"""The curve that matters: how many calls of a route were asked about and audited, week by week, and what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection
from django.utils import timezone

from approvals.domain.gate import parse_ruleset
from approvals.domain.label import Source
from approvals.learning.tuning import Verb, cuts_of, route_of_name
from approvals.models import Certificate, Threshold

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

_HAPPENED = """
SELECT began_at, 'epoch', number, NULL::bytea FROM approvals_epoch
WHERE tenant_id = %(tenant)s AND route = %(route)s AND number > 1 AND began_at >= %(since)s
UNION ALL
SELECT closed_at, 'promotion', 0, document FROM approvals_rulesetproposal
WHERE tenant_id = %(tenant)s AND route = %(route)s AND status = 'approved' AND closed_at >= %(since)s
UNION ALL
SELECT at, 'rollback', 0, NULL FROM approvals_auditentry
WHERE tenant_id = %(tenant)s AND object LIKE 'ruleset:%%' AND verb = %(tighten)s AND by_id IS NULL
  AND details ->> 'route' = %(route)s AND at >= %(since)s
ORDER BY 1
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
    """Read it; three queries, whatever the number of calls."""
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
    return Curve(weeks, tuple(_marks(tenant_id, route, since)), sum(week.calls for week in weeks) >= MOST_CALLS)


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
    """Epochs that began anew, loosenings that went live, and what was tightened by nobody's hand, the oldest first."""
    names: dict[str, Any] = {"tenant": tenant_id, "route": route, "since": since, "tighten": Verb.TIGHTEN.value}
    with connection.cursor() as cursor:
        cursor.execute(_HAPPENED, names)
        return [Mark(at, What(what), _cut(document, route), number) for at, what, number, document in cursor.fetchall()]


def _cut(document: bytes | None, route: str) -> float | None:
    """What runs alone on a route by a document."""
    return cuts_of(route_of_name(parse_ruleset(bytes(document).decode()), route)).auto if document else None
