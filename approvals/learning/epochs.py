"""Where the evidence of a route begins, and what ends it (CALIBRATION section 2.8).

Beside `tuning` and `calibrating`, because both begin epochs: who changes the rules, and who looks at a route.
"""

from bisect import bisect_right
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.utils import timezone

from approvals.domain.calibration.epoch import Basis, Cause, cause_of, joined, major
from approvals.domain.gate import Ruleset as Rules
from approvals.domain.gate import Weights
from approvals.gating import rulesets
from approvals.models import Epoch, Ruleset

# One at a time begins an epoch of a route or looks at it; held to the end of the transaction. Whoever publishes rules
# takes it before the row of the live ones, as whoever looks does.
_LOCK = "SELECT pg_advisory_xact_lock(21314, hashtext(%s))"
LOOKED_AT = 1_000
"""The newest so many calls say which agents and scores a route has now."""
_SEEN = """
SELECT DISTINCT agent, agent_version, score_model_version, ruleset_id FROM (
  SELECT agent, agent_version, score_model_version, ruleset_id FROM approvals_verdict
  WHERE tenant_id = %s AND route = %s AND is_counted AND id >= %s ORDER BY id DESC LIMIT %s) newest
WHERE ruleset_id NOT IN (SELECT ruleset_id FROM approvals_canary)
"""
_OLDEST = """
SELECT ruleset_id FROM approvals_verdict
WHERE tenant_id = %(tenant)s AND route = %(route)s AND is_counted AND id >= %(first)s AND ruleset_id >= %(rules)s
  AND ruleset_id NOT IN (SELECT ruleset_id FROM approvals_canary WHERE tenant_id = %(tenant)s)
ORDER BY id LIMIT 1
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


def lock(tenant_id: int, route: str) -> None:
    """Let nobody else look at a route, or begin an epoch of it, until the caller's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [f"{tenant_id} {route}"])


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


def follow(
    epoch: Epoch, cause: Cause, *, reason: str, basis: Basis | None = None, rules: Ruleset | None = None
) -> Epoch:
    """Begin the next epoch; raises IntegrityError where somebody else did so first.

    With `rules` only what these or later ones judged counts in it: a call that was under way while they went live may
    still have been judged by the old ones.
    """
    rules_id = rules.pk if rules else epoch.rules_id
    return _begin(
        epoch, epoch.tenant_id, epoch.route, cause, basis=basis or epoch.basis(), reason=reason, rules_id=rules_id
    )


def oldest_rules(epoch: Epoch) -> int | None:
    """The rules that judged the first call of an epoch, by their id; None while there is no call."""
    about: dict[str, Any] = {"tenant": epoch.tenant_id, "route": epoch.route}
    names = {**about, "first": epoch.first_seq, "rules": epoch.rules_id or 0}
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST, names)
        found = cursor.fetchone()
    return int(found[0]) if found else None


def rescored(basis: Basis, rules: Rules, route: str) -> Basis:
    """The same agents with scores as these rules make them."""
    weighed = _weighed(rules, route)
    return basis._replace(scores=basis.scores | {f"{one.partition(' (')[0]} ({weighed})" for one in basis.scores})


def seen(tenant_id: int, route: str, *, since: int) -> Basis:
    """Which agents and scores the newest calls of a route had."""
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, [tenant_id, route, since, LOOKED_AT])
        rows = cursor.fetchall()
    agents = frozenset((agent, major(version)) for agent, version, _, _ in rows)
    return Basis(
        agents, frozenset(f"{model} ({_weighed(rulesets.at(ruleset_id), route)})" for _, _, model, ruleset_id in rows)
    )


def numbering(tenant_id: int) -> Callable[[str, int], int]:
    """Tells the number of the epoch of a verdict, by its route and its id; one query for any number of them."""
    begun: dict[str, list[int]] = {}
    rows = Epoch.objects.filter(tenant_id=tenant_id).order_by("number")
    for route, first_seq in rows.values_list("route", "first_seq"):
        begun.setdefault(route, []).append(first_seq)
    return lambda route, seq: max(1, bisect_right(begun.get(route, []), seq))


def _begin(
    before: Epoch | None,
    tenant_id: int,
    route: str,
    cause: Cause,
    *,
    basis: Basis,
    reason: str,
    rules_id: int | None = None,
) -> Epoch:
    made = Epoch.objects.create(
        tenant_id=tenant_id,
        route=route,
        number=before.number + 1 if before else 1,
        cause=cause,
        reason=reason,
        agents=sorted(map(list, basis.agents)),
        scores=sorted(basis.scores),
        label_rule=basis.label_rule,
        rules_id=rules_id,
    )
    # The database says where it begins.
    made.refresh_from_db(fields=["first_seq", "began_at"])
    return made


def _weighed(rules: Rules, route: str) -> str:
    """The weights that make a score on a route, short and readable."""
    own = next((one.weights for one in rules.routes if one.name == route), None)
    weights: Weights = own or rules.weights
    return ", ".join(f"{part} {weight:g}" for part, weight in sorted(weights.required().items()))
