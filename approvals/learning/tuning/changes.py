"""In what two rulesets differ, as facts; the words for them are the page's."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from approvals.domain.gate import Route, Rule, Ruleset

What = Literal[
    "route_added",
    "route_removed",
    "auto",
    "ask",
    "coin",
    "limit",
    "miss",
    "reach",
    "order",
    "rule_added",
    "rule_removed",
    "rule_changed",
    "weights",
    "terms",
]


@dataclass(frozen=True)
class Change:
    """One difference; `before` and `after` are thresholds or rates where it is one of a route."""

    what: What
    name: str = ""
    """The route or the rule it is about."""
    before: float | None = None
    after: float | None = None


def changes(before: Ruleset, after: Ruleset) -> tuple[Change, ...]:
    """Everything that differs but the version and the name of the document, routes first."""
    return (
        *_of_routes(before.routes, after.routes),
        *_of_rules(before.rules, after.rules),
        *([Change("weights")] if before.weights != after.weights else []),
        *([Change("terms")] if before.decide != after.decide else []),
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
    if old.wrong_limit != new.wrong_limit:
        yield Change("limit", new.name, old.wrong_limit, new.wrong_limit)
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
            yield Change("rule_added", name)
        elif rule != old[name]:
            yield Change("rule_changed", name)
    yield from (Change("rule_removed", name) for name in old if name not in new)
