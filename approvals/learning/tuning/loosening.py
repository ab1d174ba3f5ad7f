"""Whether one ruleset could let through what another one asked about: computed from the documents, never declared."""

from collections.abc import Iterable, Iterator, Sequence
from math import inf

from approvals.domain.gate import Route, Rule, Ruleset
from approvals.domain.verdict import Outcome
from approvals.learning.tuning.selection import covers, may_overlap

NO_ROUTE = Route(name="no route")
"""What a call meets that fits no route: no thresholds, so every write asks."""


def is_loosening(before: Ruleset, after: Ruleset) -> bool:
    """Whether some call could pass `after` with a milder answer than `before` gave it, or be audited less.

    False only where the opposite is certain: every threshold that any call can meet stays or rises, every rule that
    stops a call stays at least as strict, no rule allows more, and how a score is made and a decision is taken is the
    same. Whatever cannot be told counts as loosening.
    """
    return (
        before.weights != after.weights
        or before.decide != after.decide
        or not _rules_are_as_strict(before.rules, after.rules)
        or any(_is_looser(old, new) for old, new in _meetings(before.routes, after.routes))
    )


def _is_looser(old: Route, new: Route) -> bool:
    """Lower thresholds let more run alone or ask only the end user; a lower coin rate looks at fewer of them.

    A higher limit, or reviewers said to miss less, lets the guard sleep longer.
    """
    return (
        _auto(new) < _auto(old)
        or _ask(new) < _ask(old)
        or new.audit_rate < old.audit_rate
        or new.wrong_limit > old.wrong_limit
        or new.assumed_miss < old.assumed_miss
    )


def _auto(route: Route) -> float:
    return inf if route.auto_threshold is None else route.auto_threshold


def _ask(route: Route) -> float:
    """Where asking a person ends: at the middle band, or without one where calls run alone."""
    return _auto(route) if route.ask_threshold is None else route.ask_threshold


def _meetings(before: Sequence[Route], after: Sequence[Route]) -> Iterator[tuple[Route, Route]]:
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


def _rules_are_as_strict(before: Iterable[Rule], after: Iterable[Rule]) -> bool:
    """Whether what stopped a call still does, and nothing more is allowed.

    A rule that allows and has a condition stops the calls on which the condition cannot be judged, so it is only
    given up without loosening when it has none.
    """
    old, new = tuple(before), tuple(after)
    stopping = [rule for rule in old if rule.outcome is not Outcome.ALLOW or rule.when]
    allowing = [rule for rule in new if rule.outcome is Outcome.ALLOW]
    return all(any(_stops_alike(rule, other) for other in new) for rule in stopping) and all(
        any(_is_same(rule, other) for other in old) for rule in allowing
    )


def _stops_alike(rule: Rule, other: Rule) -> bool:
    return _reach(rule) == _reach(other) and other.outcome.strictness >= rule.outcome.strictness


def _is_same(rule: Rule, other: Rule) -> bool:
    return _reach(rule) == _reach(other) and rule.outcome is other.outcome


def _reach(rule: Rule) -> tuple[object, ...]:
    """What a rule does apart from its outcome; its name and its sentence change nothing."""
    return rule.tools, rule.agents, rule.when
