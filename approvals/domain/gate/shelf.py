"""Which route and which rules an action meets: globs are expanded when a name is first seen, then looked up."""

import re
import weakref
from collections.abc import Iterable
from fnmatch import translate
from functools import lru_cache
from typing import NamedTuple, TypeVar

from approvals.domain.escalation import Friction
from approvals.domain.escalation.friction import together
from approvals.domain.gate.condition import Condition, Demand, Scene, Unreadable, compiled
from approvals.domain.gate.ruleset import Limit, Route, Rule, Ruleset
from approvals.domain.redaction import reveal
from approvals.domain.tool import Reversibility
from approvals.domain.verdict import Outcome, Reason

K = TypeVar("K")
V = TypeVar("V")
_MOST = 2_000
"""Most names one shelf remembers; agents can invent names of tools without end."""


class Shelved(NamedTuple):
    """A rule as a reason, with its compiled condition; None for always, or unreadable with the reason why."""

    rule: Rule
    reason: Reason
    condition: Condition | None
    unreadable: str

    def applies(self, scene: Scene, *, is_met: bool) -> bool:
        """Whether the rule applies; raises Unreadable when that cannot be said. `is_met`: its demand is known to be."""
        if self.condition is None:
            if self.unreadable:
                raise Unreadable(self.unreadable)
            return True
        if not is_met:
            self.condition.demand.check(scene)
        return self.condition.holds(scene)


class Hand(NamedTuple):
    """The rules for one tool and agent, and what all their conditions together demand."""

    rules: tuple[Shelved, ...]
    demand: Demand


class Bound(NamedTuple):
    """A limit with what is said when a call would go beyond it, or cannot be counted against it."""

    limit: Limit
    reached: Reason
    uncounted: Reason


class Shelf:
    """The rules and routes of one ruleset, by exact name of tool and agent."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._rules = tuple(_shelved(rule) for rule in ruleset.rules)
        self._routes = ruleset.routes
        self._limits = tuple(_bound(limit) for limit in ruleset.limits)
        self._bounds: dict[tuple[str, str], tuple[Bound, ...]] = {}
        self._hands: dict[tuple[str, str], Hand] = {}
        self._found: dict[tuple[str, str, str], Route] = {}

    def hand(self, tool: str, agent: str) -> Hand:
        """The rules whose globs fit, in the order of the ruleset."""
        found = self._hands.get((tool, agent))
        if found is None:
            rules = tuple(one for one in self._rules if _fits(one.rule.tools, tool) and _fits(one.rule.agents, agent))
            demand = Demand.of_all(one.condition.demand for one in rules if one.condition)
            found = _kept(self._hands, (tool, agent), Hand(rules, demand))
        return found

    def bounds(self, tool: str, agent: str) -> tuple[Bound, ...]:
        """The limits that count this tool and agent, in the order of the ruleset."""
        found = self._bounds.get((tool, agent))
        if found is None:
            fits = (one for one in self._limits if _fits(one.limit.tools, tool) and _fits(one.limit.agents, agent))
            found = _kept(self._bounds, (tool, agent), tuple(fits))
        return found

    def route(self, tool: str, agent: str, tenant: str) -> Route:
        """The first route that fits; one named `<agent>/<tool>`, without thresholds, when none does."""
        found = self._found.get((tool, agent, tenant))
        if found is None:
            fits = (route for route in self._routes if _is_for(route, tool, agent, tenant))
            found = next(fits, None) or Route.model_construct(name=f"{reveal(agent, 80)}/{reveal(tool, 80)}")
            _kept(self._found, (tool, agent, tenant), found)
        return found


_shelves: dict[int, tuple[weakref.ref[Ruleset], Shelf]] = {}


def shelf_of(ruleset: Ruleset) -> Shelf:
    """The shelf of a ruleset, made at first use; kept beside the ruleset, so that the ruleset stays a plain value."""
    known = _shelves.get(id(ruleset))
    if known is not None and known[0]() is ruleset:
        return known[1]
    key = id(ruleset)
    shelf = Shelf(ruleset)
    _shelves[key] = (weakref.ref(ruleset, lambda gone: _forget(key, gone)), shelf)
    return shelf


def route_of(ruleset: Ruleset, *, agent: str, tool: str, tenant: str = "") -> Route:
    """The route an action takes. A ruleset without a fitting one gives `<agent>/<tool>`, on which every write asks."""
    return shelf_of(ruleset).route(tool, agent, tenant)


def bounds_of(ruleset: Ruleset, *, agent: str, tool: str) -> tuple[Bound, ...]:
    """The limits that a call of this tool by this agent counts against, whether or not it counts anything there."""
    return shelf_of(ruleset).bounds(tool, agent)


def read_of(ruleset: Ruleset, *, agent: str, tool: str, root: str) -> tuple[tuple[str | int, ...], ...]:
    """The paths below a root that the rules for this tool and agent read."""
    return tuple(path for path, _, _ in shelf_of(ruleset).hand(tool, agent).demand.kinds if path[0] == root)


def limits_of(ruleset: Ruleset, *, agent: str, tool: str) -> tuple[Limit, ...]:
    """The same limits without what is said of them."""
    return tuple(bound.limit for bound in bounds_of(ruleset, agent=agent, tool=tool))


def friction_of(ruleset: Ruleset, reversibility: Reversibility, reasons: Iterable[Reason]) -> Friction:
    """What approving takes: of the class of the tool, and of every rule that speaks in a verdict's reasons."""
    named = {reason.rule for reason in reasons if reason.code in ("rule", "fault")}
    of_rules = (rule.friction for rule in ruleset.rules if rule.friction is not None and rule.name in named)
    of_class: Friction = getattr(ruleset.decide.friction, reversibility.value)
    return together((of_class, *of_rules))


def _forget(key: int, gone: weakref.ref[Ruleset]) -> None:
    known = _shelves.get(key)
    if known is not None and known[0] is gone:
        del _shelves[key]


def _bound(limit: Limit) -> Bound:
    what = (
        f"{limit.most:,g} {f'of {limit.argument}' if limit.argument else limit.resource.value} in one {limit.per.value}"
    )
    said = (f"With it there would be more than {what}.", f"It cannot be counted against the limit of {what}.")
    reasons = (Reason(code="limit", outcome=Outcome.ASK, sentence=one, rule=limit.name) for one in said)
    return Bound(limit, *reasons)


def _shelved(rule: Rule) -> Shelved:
    reason = Reason(code="rule", outcome=rule.outcome, sentence=rule.sentence, rule=rule.name)
    try:
        return Shelved(rule, reason, compiled(rule.when) if rule.when else None, "")
    except Unreadable as error:
        return Shelved(rule, reason, None, str(error))


def _is_for(route: Route, tool: str, agent: str, tenant: str) -> bool:
    return route.tenant in (None, tenant) and _fits(route.tools, tool) and _fits(route.agents, agent)


def _fits(globs: tuple[str, ...] | None, name: str) -> bool:
    return globs is None or any(_pattern(glob).match(name) for glob in globs)


@lru_cache(maxsize=4096)
def _pattern(glob: str) -> re.Pattern[str]:
    return re.compile(translate(glob))


def _kept(shelf: dict[K, V], key: K, value: V) -> V:
    if len(shelf) >= _MOST:
        shelf.clear()
    shelf[key] = value
    return value
