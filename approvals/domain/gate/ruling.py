"""What the rules of a ruleset say of one action."""

from collections.abc import Iterator
from typing import Any

from approvals.domain.action import Action
from approvals.domain.gate.condition import Scene, Unreadable
from approvals.domain.gate.facts import Facts
from approvals.domain.gate.ruleset import Ruleset
from approvals.domain.gate.shelf import Shelved, shelf_of
from approvals.domain.tool import ToolCard
from approvals.domain.verdict import Outcome, Reason


def rulings(
    action: Action, facts: Facts, ruleset: Ruleset, *, arguments: dict[str, Any], score: float | None
) -> Iterator[Reason]:
    """One reason for each rule that applies, in the order of the ruleset, and one for each that cannot be judged."""
    hand = shelf_of(ruleset).hand(action.tool, facts.agent)
    scene = Scene(_roots(facts, arguments, score))
    scene.show(hand.demand.variables, hand.demand.probes)
    is_met = hand.demand.is_met(scene)
    for shelved in hand.rules:
        try:
            if shelved.applies(scene, is_met=is_met):
                yield shelved.reason
        except Unreadable as error:
            yield _unjudged(shelved, error)


def _roots(facts: Facts, arguments: dict[str, Any], score: float | None) -> dict[str, Any]:
    roots: dict[str, Any] = {
        "args": arguments,
        "tool": _tool(facts.tool),
        "facts": dict(facts.extra),
        "object": dict(facts.objects),
        "score": score,
        "run": {"agent": facts.agent, "agent_version": facts.agent_version, "tenant": facts.tenant},
    }
    if facts.grounding is not None:
        roots["grounding"] = {found.path: found.source for found in facts.grounding}
    return roots


def _tool(card: ToolCard) -> dict[str, Any]:
    return {
        "name": card.name,
        "version": card.version,
        "effect": card.effect.value,
        "reversibility": card.reversibility.value,
        "effect_class": card.effect_class.value,
        "egress": card.egress,
        "environment": card.environment,
    }


def _unjudged(shelved: Shelved, error: Unreadable) -> Reason:
    name = shelved.rule.name
    return Reason(
        code="fault", outcome=Outcome.ASK, sentence=f"The rule {name} could not be judged: {error}.", rule=name
    )
