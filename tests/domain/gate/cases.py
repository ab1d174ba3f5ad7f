"""One ordinary call of a shop, with every fact in order, from which each test changes one thing."""

from dataclasses import replace
from typing import Any
from zlib import crc32

from approvals.domain.action import Action, action
from approvals.domain.evidence import Grounding
from approvals.domain.gate import Facts, Route, Rule, Ruleset, judge, leaves
from approvals.domain.tool import Effect, EffectClass, Reversibility, ToolCard
from approvals.domain.verdict import Outcome, Verdict

ARGUMENTS: dict[str, Any] = {
    "order_id": "#W2378156",
    "amount": 40.5,
    "item_ids": ["1008292230", "6086499569"],
    "address": {"zip": "19122", "is_new": False},
    "items": [{"id": "a", "price": 3}, {"id": "b", "price": 4.5}],
    "note": None,
}

CARD = ToolCard(
    name="refund_order",
    version="1",
    description="Give money back.",
    effect=Effect.WRITE,
    reversibility=Reversibility.COSTLY,
    effect_class=EffectClass.A,
    parameters={"type": "object"},
)

ROUTE = Route(name="refunds", tools=("refund_*",), auto_threshold=0.85, ask_threshold=0.6)


def call(tool: str = "refund_order", version: str = "1", arguments: dict[str, Any] | None = None) -> Action:
    """A refund."""
    return action(tool, version, ARGUMENTS if arguments is None else arguments)


def seen(arguments: dict[str, Any] | None = None) -> tuple[Grounding, ...]:
    """Every argument as said by the customer."""
    found = leaves(ARGUMENTS if arguments is None else arguments)
    return tuple(Grounding(path=path, source="user", detail="customer") for path, _ in found)


def facts(**changes: Any) -> Facts:
    """Facts under which the refund runs alone, with some changed to whatever a test wants to see."""
    ordinary = Facts(
        tool=CARD,
        agent="helper",
        agent_version="14",
        tenant="shop",
        halted=(),
        schema_errors=(),
        grounding=seen(),
        parts={"tool_choice": 1.0, "arguments": 1.0, "grounding": 0.9},
        coin=(0.5, 0.1, False),
        extra={"refunded_today": 20, "country": "US", "is_vip": False},
    )
    return replace(ordinary, **changes)


def card(**changes: Any) -> ToolCard:
    """The refund tool, declared otherwise."""
    return CARD.model_copy(update=changes)


def rule(outcome: Outcome, when: str = "", *, name: str = "", **changes: Any) -> Rule:
    """A rule for every tool."""
    name = name or f"{outcome.value} {crc32(when.encode())}"
    return Rule(**{"name": name, "tools": ("*",), "when": when, "outcome": outcome, "sentence": "So it is.", **changes})


def ruleset(*rules: Rule, routes: tuple[Route, ...] = (ROUTE,)) -> Ruleset:
    """A ruleset under which a score of 0.85 runs alone."""
    return Ruleset(version=7, name="shop", routes=routes, rules=rules)


def verdict(*rules: Rule, **changes: Any) -> Verdict:
    """What the gate says of the refund under some rules and changed facts."""
    return judge(call(), facts(**changes), ruleset(*rules))


def codes(found: Verdict) -> list[str]:
    """The codes of all reasons, in order."""
    return [reason.code for reason in found.reasons]
