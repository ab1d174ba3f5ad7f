"""Where the evidence of a route begins, and what ends it (CALIBRATION section 2.8)."""

from bisect import bisect_right
from collections.abc import Callable

from django.db import connection
from django.utils import timezone

from approvals.domain.calibration.epoch import Basis, Cause, cause_of, joined, major
from approvals.domain.gate import Weights
from approvals.gating import rulesets
from approvals.models import Epoch

LOOKED_AT = 1_000
"""The newest so many calls say which agents and scores a route has now."""
_SEEN = """
SELECT DISTINCT agent, agent_version, score_model_version, ruleset_id FROM (
  SELECT agent, agent_version, score_model_version, ruleset_id FROM approvals_verdict
  WHERE tenant_id = %s AND route = %s AND is_counted AND id >= %s ORDER BY id DESC LIMIT %s) newest
"""
# Each of a kind once: a look at every row would cost more than all that follows.
_ROUTES = """
WITH RECURSIVE found AS (
  (SELECT route FROM approvals_verdict WHERE tenant_id = %(tenant)s AND is_counted ORDER BY route LIMIT 1)
  UNION ALL
  SELECT (SELECT v.route FROM approvals_verdict v
          WHERE v.tenant_id = %(tenant)s AND v.is_counted AND v.route > found.route ORDER BY v.route LIMIT 1)
  FROM found WHERE found.route IS NOT NULL)
SELECT route FROM found WHERE route IS NOT NULL
"""


def routes(tenant_id: int) -> list[str]:
    """Every route that a counted call was recorded on."""
    with connection.cursor() as cursor:
        cursor.execute(_ROUTES, {"tenant": tenant_id})
        return [str(row[0]) for row in cursor.fetchall()]


def newest(tenant_id: int, route: str) -> Epoch | None:
    """The epoch that is open; None for a route that nobody looked at yet."""
    return Epoch.objects.filter(tenant_id=tenant_id, route=route).order_by("-number").first()


def current(tenant_id: int, route: str) -> Epoch:
    """The epoch that is open; the first one begins when it is asked for. Joins the caller's transaction and lock."""
    known = newest(tenant_id, route)
    return known or _begin(None, tenant_id, route, Cause.FIRST, basis=seen(tenant_id, route, since=0), reason="")


def imagined(tenant_id: int, route: str) -> Epoch:
    """The first epoch of a route that nobody looked at yet, not stored."""
    return Epoch(tenant_id=tenant_id, route=route, number=1, first_seq=0, cause=Cause.FIRST, began_at=timezone.now())


def ended_by(epoch: Epoch) -> tuple[Cause, Basis] | None:
    """Why an epoch no longer speaks of what runs now, with what does; None while it does."""
    now = seen(epoch.tenant_id, epoch.route, since=epoch.first_seq)
    cause = cause_of(epoch.basis(), now)
    return (cause, joined(epoch.basis(), now, cause)) if cause else None


def follow(epoch: Epoch, cause: Cause, *, reason: str, basis: Basis | None = None) -> Epoch:
    """Begin the next epoch; raises IntegrityError where somebody else did so first."""
    return _begin(epoch, epoch.tenant_id, epoch.route, cause, basis=basis or epoch.basis(), reason=reason)


def seen(tenant_id: int, route: str, *, since: int) -> Basis:
    """Which agents and scores the newest calls of a route had."""
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, [tenant_id, route, since, LOOKED_AT])
        rows = cursor.fetchall()
    agents = frozenset((agent, major(version)) for agent, version, _, _ in rows)
    return Basis(agents, frozenset(f"{model} ({_weighed(ruleset_id)})" for _, _, model, ruleset_id in rows))


def numbering(tenant_id: int) -> Callable[[str, int], int]:
    """Tells the number of the epoch of a verdict, by its route and its id; one query for any number of them."""
    begun: dict[str, list[int]] = {}
    rows = Epoch.objects.filter(tenant_id=tenant_id).order_by("number")
    for route, first_seq in rows.values_list("route", "first_seq"):
        begun.setdefault(route, []).append(first_seq)
    return lambda route, seq: max(1, bisect_right(begun.get(route, []), seq))


def _begin(before: Epoch | None, tenant_id: int, route: str, cause: Cause, *, basis: Basis, reason: str) -> Epoch:
    made = Epoch.objects.create(
        tenant_id=tenant_id,
        route=route,
        number=before.number + 1 if before else 1,
        cause=cause,
        reason=reason,
        agents=sorted(map(list, basis.agents)),
        scores=sorted(basis.scores),
        label_rule=basis.label_rule,
    )
    # The database says where it begins.
    made.refresh_from_db(fields=["first_seq", "began_at"])
    return made


def _weighed(ruleset_id: int) -> str:
    """The weights that made a score, short and readable."""
    weights: Weights = rulesets.at(ruleset_id).weights
    return ", ".join(f"{part} {weight:g}" for part, weight in sorted(weights.required().items()))
