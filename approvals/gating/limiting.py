"""Limits: reserve what a call would use before it is judged, give it back when it does not run, by one statement each.

Everything happens in the transaction that judges or decides, so a crash keeps either the verdict and what it used, or
neither. Whoever counts waits for whoever counts in the same tenant: without that lock two transactions that judge
several calls each could wait for one another. Rules without limits cost nothing here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_UP, Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from approvals.domain.gate import Limit, Per, Resource, Ruleset, limits_of
from approvals.domain.tool import Effect, ToolCard
from approvals.gating.gathering import Gathered
from approvals.gating.proposal import Proposal

LOCK = "SELECT pg_advisory_xact_lock(21314, %s), statement_timestamp()"
WANTED = """
INSERT INTO approvals_counter AS c (tenant_id, meter, "window", used, most)
SELECT %(tenant)s, w.meter, w."window", w.amount, w.most
FROM unnest(%(meters)s::text[], %(windows)s::text[], %(amounts)s::numeric[], %(mosts)s::numeric[])
  AS w (meter, "window", amount, most)
"""
RESERVE = f"""{WANTED}
WHERE w.amount <= w.most
ON CONFLICT (tenant_id, meter, "window") DO UPDATE SET used = c.used + EXCLUDED.used, most = EXCLUDED.most
WHERE c.used + EXCLUDED.used <= EXCLUDED.most
RETURNING c.meter
"""
COUNT = f"""{WANTED}
ON CONFLICT (tenant_id, meter, "window") DO UPDATE SET used = c.used + EXCLUDED.used, most = EXCLUDED.most
"""
RELEASE = """
UPDATE approvals_counter AS c SET used = c.used - w.amount
FROM unnest(%(meters)s::text[], %(windows)s::text[], %(amounts)s::numeric[]) AS w (meter, "window", amount)
WHERE c.tenant_id = %(tenant)s AND c.meter = w.meter AND c."window" = w."window"
"""
MOST_DIGITS = 15


@dataclass(frozen=True)
class Use:
    """How much one call uses of one limit, and where that is counted."""

    limit: Limit
    window: str
    amount: Decimal


@dataclass(frozen=True)
class Held:
    """What was reserved for one call."""

    tenant_id: int
    uses: tuple[Use, ...] = ()


def reserve(proposal: Proposal, gathered: Gathered) -> tuple[Gathered, Held]:
    """Reserve what this call would use; the facts then say which limits it would go beyond.

    Joins the caller's transaction and holds the tenant's counters until it ends. Of any number who reserve at once no
    more get through than the limit allows.
    """
    limits = _limits(gathered.ruleset, agent=proposal.agent, tool=proposal.action.tool)
    if not limits:
        return gathered, Held(proposal.tenant_id)
    arguments = proposal.action.arguments
    amounts = [(limit, amount(limit, proposal.card, arguments)) for limit in limits]
    wanted = [(limit, used) for limit, used in amounts if used]
    reached = {limit.name: "uncounted" for limit, used in amounts if used is None}
    held: tuple[Use, ...] = ()
    if wanted:
        now = _lock(proposal.tenant_id)
        uses = _uses(wanted, gathered.ruleset, run_key=proposal.run_key, session_key=proposal.session_key, now=now)
        got = {row[0] for row in _run(RESERVE, proposal.tenant_id, uses)}
        held = tuple(use for use in uses if use.limit.meter in got)
        reached |= {use.limit.name: "reached" for use in uses if use.limit.meter not in got}
    return replace(gathered, facts=replace(gathered.facts, reached=reached)), Held(proposal.tenant_id, held)


def release(held: Held) -> None:
    """Give back what a call that does not run had reserved, in the same transaction."""
    if held.uses:
        _run(RELEASE, held.tenant_id, held.uses, is_reading=False)


def count(
    rules: Ruleset,
    card: ToolCard,
    arguments: dict[str, Any],
    *,
    tenant_id: int,
    agent: str,
    run_key: UUID,
    session_key: str,
) -> None:
    """Count what a person lets run, also beyond the limit; joins the transaction that decides."""
    limits = _limits(rules, agent=agent, tool=card.name)
    wanted = [(limit, used) for limit in limits if (used := amount(limit, card, arguments))]
    if wanted:
        now = _lock(tenant_id)
        uses = _uses(wanted, rules, run_key=run_key, session_key=session_key, now=now)
        _run(COUNT, tenant_id, uses, is_reading=False)


def amount(limit: Limit, card: ToolCard, arguments: dict[str, Any]) -> Decimal | None:
    """How much a call uses of a limit; 0 where it is nothing of the kind, None where nobody can say."""
    match limit.resource:
        case Resource.CALLS:
            return Decimal(1)
        case Resource.MUTATIONS:
            return Decimal(card.effect is not Effect.READ)
        case Resource.MESSAGES:
            return Decimal(card.egress)
        case Resource.SUM:
            return _number(arguments, limit.argument or "")


def today(now: datetime, zone: str) -> str:
    """The window of a day: its date by the calendar of a time zone."""
    return f"day {now.astimezone(ZoneInfo(zone)).date().isoformat()}"


def _limits(rules: Ruleset, *, agent: str, tool: str) -> tuple[Limit, ...]:
    return limits_of(rules, agent=agent, tool=tool) if rules.limits else ()


def _number(arguments: dict[str, Any], path: str) -> Decimal | None:
    """The number at a path without its sign; a truth value, a text and what is too large are none."""
    found: Any = arguments
    for part in path.split("."):
        if not isinstance(found, dict) or part not in found:
            return None
        found = found[part]
    if type(found) not in (int, float):
        return None
    number = abs(Decimal(repr(found)))
    return (
        number.quantize(Decimal("0.000001"), rounding=ROUND_UP)
        if number.is_finite() and number.adjusted() < MOST_DIGITS
        else None
    )


def _uses(
    wanted: Sequence[tuple[Limit, Decimal]], rules: Ruleset, *, run_key: UUID, session_key: str, now: datetime
) -> tuple[Use, ...]:
    windows = {
        Per.REQUEST: f"run {run_key}",
        Per.SESSION: f"session {session_key}" if session_key else f"run {run_key}",
        Per.DAY: today(now, rules.time_zone),
    }
    return tuple(Use(limit, windows[limit.per], used) for limit, used in wanted)


def _lock(tenant_id: int) -> datetime:
    """Wait for whoever counts in this tenant; the time by the clock of the database."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [tenant_id])
        now: datetime = cursor.fetchone()[1]
    return now


def _run(statement: str, tenant_id: int, uses: Sequence[Use], *, is_reading: bool = True) -> list[Any]:
    names: dict[str, Any] = {
        "tenant": tenant_id,
        "meters": [use.limit.meter for use in uses],
        "windows": [use.window for use in uses],
        "amounts": [use.amount for use in uses],
        "mosts": [Decimal(repr(use.limit.most)) for use in uses],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, names)
        return list(cursor.fetchall()) if is_reading else []
