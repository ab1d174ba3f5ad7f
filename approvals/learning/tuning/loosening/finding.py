"""What in one ruleset could let through what another one asked about: computed from the documents, never declared."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import Literal

from approvals.domain.gate import Decide, Per, Route, Rule, Ruleset, widens
from approvals.domain.verdict import Outcome
from approvals.learning.tuning.loosening.permission import lighter_classes, lighter_rules
from approvals.learning.tuning.loosening.selection import covers, may_overlap, reaches

NO_ROUTE = Route(name="no route")
"""What a call meets that fits no route: no thresholds, so every write asks."""

Kind = Literal[
    "weights",
    "route_weights",
    "grounding",
    "minutes",
    "confirm_minutes",
    "undo",
    "roles",
    "hand_over",
    "class_friction",
    "rule_friction",
    "stops_less",
    "rule_gone",
    "allows",
    "limit",
    "trigger",
    "time_zone",
    "auto",
    "ask",
    "coin",
    "wrong_limit",
    "miss",
]


@dataclass(frozen=True)
class Loosening:
    """One thing that loosens; `before` and `after` are thresholds, rates or durations where it is about one."""

    kind: Kind
    name: str = ""
    """The rule or the route it is about."""
    before: float | None = None
    after: float | None = None


def is_loosening(before: Ruleset, after: Ruleset) -> bool:
    """Whether some call could pass `after` with a milder answer than `before` gave it, or be audited less.

    False only where the opposite is certain: every threshold that any call can meet stays or rises, every rule that
    stops a call stays at least as strict, every limit stays or falls, no rule allows more, how a score is made is the
    same, and a decision is taken by no more roles, with no less friction, no less time to undo it and no more time to
    take it. Whatever cannot be told counts as loosening.
    """
    return next(_loosenings(before, after), None) is not None


def loosenings(before: Ruleset, after: Ruleset) -> tuple[Loosening, ...]:
    """Everything that makes `after` looser, each once; empty exactly when it is not."""
    return tuple(dict.fromkeys(_loosenings(before, after)))


def _loosenings(before: Ruleset, after: Ruleset) -> Iterator[Loosening]:
    if before.weights != after.weights:
        yield Loosening("weights")
    if (before.grounding, after.grounding) == ("strict", "lenient"):
        yield Loosening("grounding")
    yield from (Loosening("trigger", gone) for gone in before.triggers if gone not in after.triggers)
    yield from _of_limits(before, after)
    yield from _of_terms(before.decide, after.decide)
    yield from _of_rules(before.rules, after.rules)
    yield from (Loosening("rule_friction", name) for name in lighter_rules(before.rules, after.rules))
    for old, new in meetings(before.routes, after.routes):
        yield from _of_routes(old, new)
        if new.auto_threshold is not None and (old.weights or before.weights) != (new.weights or after.weights):
            yield Loosening("route_weights", new.name)


def _of_limits(before: Ruleset, after: Ruleset) -> Iterator[Loosening]:
    """A limit that counts otherwise begins at nothing again, so only the same one with a lower bound is as strict."""
    kept = {limit.meter: limit.most for limit in after.limits}
    for limit in before.limits:
        if kept.get(limit.meter, inf) > limit.most:
            yield Loosening("limit", limit.name, limit.most, kept.get(limit.meter))
    if before.time_zone != after.time_zone and any(limit.per is Per.DAY for limit in before.limits):
        yield Loosening("time_zone")


def _of_terms(before: Decide, after: Decide) -> Iterator[Loosening]:
    """A longer wait leaves more time to approve what would have fallen to the safe end, or to a reviewer."""
    if after.minutes > before.minutes:
        yield Loosening("minutes", "", before.minutes, after.minutes)
    if after.confirm_minutes > before.confirm_minutes:
        yield Loosening("confirm_minutes", "", before.confirm_minutes, after.confirm_minutes)
    if after.undo_seconds < before.undo_seconds:
        yield Loosening("undo", "", before.undo_seconds, after.undo_seconds)
    if not set(after.roles) <= set(before.roles):
        yield Loosening("roles")
    if not set(before.hand_over) <= set(after.hand_over):
        # What stopped the whole run would ask about one call.
        yield Loosening("hand_over")
    yield from (Loosening("class_friction", name) for name in lighter_classes(before.friction, after.friction))


def _of_routes(old: Route, new: Route) -> Iterator[Loosening]:
    """Lower thresholds let more run alone or ask only the end user; a lower coin rate looks at fewer of them.

    A higher limit, or reviewers said to miss less, lets the guard sleep longer.
    """
    if _auto(new) < _auto(old):
        yield Loosening("auto", new.name, old.auto_threshold, new.auto_threshold)
    # Without a band of their own in the middle no end user is asked, however low calls run alone.
    if _ask(new) < min(_ask(old), _auto(new)):
        yield Loosening("ask", new.name, old.ask_threshold, new.ask_threshold)
    if new.audit_rate < old.audit_rate:
        yield Loosening("coin", new.name, old.audit_rate, new.audit_rate)
    if new.wrong_limit > old.wrong_limit:
        yield Loosening("wrong_limit", new.name, old.wrong_limit, new.wrong_limit)
    if new.assumed_miss < old.assumed_miss:
        yield Loosening("miss", new.name, old.assumed_miss, new.assumed_miss)


def _auto(route: Route) -> float:
    return inf if route.auto_threshold is None else route.auto_threshold


def _ask(route: Route) -> float:
    """Where asking a person ends: at the middle band, or without one where calls run alone."""
    return _auto(route) if route.ask_threshold is None else route.ask_threshold


def meetings(before: Sequence[Route], after: Sequence[Route]) -> Iterator[tuple[Route, Route]]:
    """Every pair of routes that one and the same call may take, before and after.

    A call that fits no later route meets no thresholds, which is as strict as can be.
    """
    for place, new in enumerate(after):
        for old in _taken_before(new, before, earlier=after[:place]):
            yield old, new


def _taken_before(new: Route, before: Sequence[Route], *, earlier: Sequence[Route]) -> Iterator[Route]:
    """The routes that calls of `new` may have taken; those an `earlier` route catches never come to it."""
    for old in before:
        if not may_overlap(old, new) or any(covers(one, old) for one in earlier):
            continue
        yield old
        if covers(old, new):
            return
    yield NO_ROUTE


def _of_rules(before: Iterable[Rule], after: Iterable[Rule]) -> Iterator[Loosening]:
    """Rules that no longer stop what they stopped, and rules that allow more.

    A rule that allows and has a condition stops the calls on which the condition cannot be judged, so it is only
    given up without loosening when it has none.
    """
    old, new = tuple(before), tuple(after)
    names = {rule.name for rule in new}
    for rule in old:
        is_stopping = rule.outcome is not Outcome.ALLOW or rule.when
        if is_stopping and not any(_stops_alike(rule, other) for other in new):
            yield Loosening("stops_less" if rule.name in names else "rule_gone", rule.name)
    for rule in new:
        if rule.outcome is Outcome.ALLOW and not any(_is_same(rule, other) for other in old):
            yield Loosening("allows", rule.name)


def _stops_alike(rule: Rule, other: Rule) -> bool:
    """Whether `other` stops at least as strictly whatever `rule` stops."""
    if other.outcome.strictness < rule.outcome.strictness or not reaches(other, rule):
        return False
    if rule.when == other.when:
        return True
    # Where a condition cannot be judged it asks, so one that holds more often must be as strict as that.
    return other.outcome.strictness >= Outcome.ASK.strictness and (
        not other.when or (bool(rule.when) and widens(rule.when, other.when))
    )


def _is_same(rule: Rule, other: Rule) -> bool:
    return _reach(rule) == _reach(other) and rule.outcome is other.outcome


def _reach(rule: Rule) -> tuple[object, ...]:
    """What a rule does apart from its outcome; its name and its sentence change nothing."""
    return rule.tools, rule.agents, rule.when
