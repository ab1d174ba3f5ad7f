"""In what two rulesets differ, as facts; the words for them are the page's."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from approvals.domain.escalation import Friction
from approvals.domain.escalation.levels import Policy
from approvals.domain.gate import Decide, Limit, Route, Rule, Ruleset
from approvals.domain.tool import Reversibility

What = Literal[
    "route_added",
    "route_removed",
    "auto",
    "ask",
    "coin",
    "wrong_limit",
    "miss",
    "reach",
    "order",
    "rule_added",
    "rule_removed",
    "rule_changed",
    "limit_added",
    "limit_removed",
    "limit_changed",
    "triggers",
    "time_zone",
    "weights",
    "route_weights",
    "grounding",
    "minutes",
    "confirm_minutes",
    "undo",
    "roles",
    "hand_over",
    "friction",
    "policy_added",
    "policy_removed",
    "policy_changed",
]


@dataclass(frozen=True)
class Change:
    """One difference; `before` and `after` are thresholds, rates or durations where it is one of these."""

    what: What
    name: str = ""
    """The route or the rule it is about."""
    before: float | None = None
    after: float | None = None
    was: Rule | None = None
    now: Rule | None = None
    """The rule before and after, where it is about one."""
    limits: tuple[Limit | None, Limit | None] = (None, None)
    """The limit before and after, where it is about one."""
    words: tuple[str, ...] = ()
    """Who may decide, what hands over or the time zone from now on, where that is other than before."""
    friction: Friction | None = None
    """What approving takes from now on, where that is other than before for the class of this name."""
    policy: Policy | None = None
    """The escalation policy of this name from now on; as it was, where it is gone."""


def changes(before: Ruleset, after: Ruleset) -> tuple[Change, ...]:
    """Everything that differs but the version and the name of the document, routes first."""
    return (
        *_of_routes(before.routes, after.routes),
        *_of_rules(before.rules, after.rules),
        *_of_limits(before.limits, after.limits),
        *([Change("triggers", words=after.triggers)] if set(before.triggers) != set(after.triggers) else []),
        *([Change("time_zone", words=(after.time_zone,))] if before.time_zone != after.time_zone else []),
        *([Change("weights")] if before.weights != after.weights else []),
        *([Change("grounding", words=(after.grounding,))] if before.grounding != after.grounding else []),
        *_of_terms(before.decide, after.decide),
        *_of_policies(before.escalation, after.escalation),
    )


def _of_routes(before: tuple[Route, ...], after: tuple[Route, ...]) -> Iterator[Change]:
    old, new = {route.name: route for route in before}, {route.name: route for route in after}
    for name, route in new.items():
        if name in old:
            yield from _of_route(old[name], route)
        else:
            yield Change("route_added", name, None, route.auto_threshold)
            yield from _thresholds(Route(name=name), route)
    for name, route in old.items():
        if name not in new:
            yield Change("route_removed", name, route.auto_threshold, None)
    stayed = [name for name in old if name in new]
    if stayed != [name for name in new if name in old]:
        yield Change("order")


def _of_route(old: Route, new: Route) -> Iterator[Change]:
    yield from _thresholds(old, new)
    if (old.agents, old.tools, old.tenant) != (new.agents, new.tools, new.tenant):
        yield Change("reach", new.name)
    if old.coin_rate != new.coin_rate:
        yield Change("coin", new.name, old.coin_rate, new.coin_rate)
    if old.weights != new.weights:
        yield Change("route_weights", new.name)
    if old.wrong_limit != new.wrong_limit:
        yield Change("wrong_limit", new.name, old.wrong_limit, new.wrong_limit)
    if old.assumed_miss != new.assumed_miss:
        yield Change("miss", new.name, old.assumed_miss, new.assumed_miss)


def _thresholds(old: Route, new: Route) -> Iterator[Change]:
    if old.auto_threshold != new.auto_threshold:
        yield Change("auto", new.name, old.auto_threshold, new.auto_threshold)
    if old.ask_threshold != new.ask_threshold:
        yield Change("ask", new.name, old.ask_threshold, new.ask_threshold)


def _of_rules(before: tuple[Rule, ...], after: tuple[Rule, ...]) -> Iterator[Change]:
    old, new = {rule.name: rule for rule in before}, {rule.name: rule for rule in after}
    for name, rule in new.items():
        if name not in old:
            yield Change("rule_added", name, now=rule)
        elif rule != old[name]:
            yield Change("rule_changed", name, was=old[name], now=rule)
    yield from (Change("rule_removed", name, was=rule) for name, rule in old.items() if name not in new)


def _of_terms(before: Decide, after: Decide) -> Iterator[Change]:
    if before.minutes != after.minutes:
        yield Change("minutes", "", before.minutes, after.minutes)
    if before.confirm_minutes != after.confirm_minutes:
        yield Change("confirm_minutes", "", before.confirm_minutes, after.confirm_minutes)
    if before.undo_seconds != after.undo_seconds:
        yield Change("undo", "", before.undo_seconds, after.undo_seconds)
    if before.roles != after.roles:
        yield Change("roles", words=after.roles)
    if before.hand_over != after.hand_over:
        yield Change("hand_over", words=after.hand_over)
    for risk in Reversibility:
        if (friction := getattr(after.friction, risk.value)) != getattr(before.friction, risk.value):
            yield Change("friction", risk.value, friction=friction)


def _of_policies(before: tuple[Policy, ...], after: tuple[Policy, ...]) -> Iterator[Change]:
    """Who is told loosens nothing: nobody may decide who could not before, and nothing runs without a decision."""
    old, new = {one.name: one for one in before}, {one.name: one for one in after}
    for name, policy in new.items():
        if policy != old.get(name):
            yield Change("policy_changed" if name in old else "policy_added", name, policy=policy)
    yield from (Change("policy_removed", name, policy=one) for name, one in old.items() if name not in new)


def _of_limits(before: tuple[Limit, ...], after: tuple[Limit, ...]) -> Iterator[Change]:
    old, new = {limit.name: limit for limit in before}, {limit.name: limit for limit in after}
    for name, limit in new.items():
        if name not in old:
            yield Change("limit_added", name, limits=(None, limit))
        elif limit != old[name]:
            yield Change("limit_changed", name, limits=(old[name], limit))
    yield from (Change("limit_removed", name, limits=(limit, None)) for name, limit in old.items() if name not in new)
