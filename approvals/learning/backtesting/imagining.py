"""A call that never was: its action and its facts, as far as somebody says them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from approvals.domain.action import Action, action
from approvals.domain.evidence import Grounding, Material, Preview
from approvals.domain.gate import Facts, leaves
from approvals.domain.tool import ArgumentSource, ToolCard
from approvals.gating.gathering import schema_errors
from approvals.gating.grounding import Index, parts, share
from approvals.gating.proposal import Proposal
from approvals.learning.backtesting.recollecting import Case

SOURCES: tuple[ArgumentSource, ...] = ("user", "tool", "policy", "referred", "untrusted_tool", "agent")
"""The most trusted first."""
NOBODY = UUID(int=0)
SOME_U = 0.5
"""A coin must have been drawn; which one changes no answer."""


def imagine(
    card: ToolCard,
    arguments: dict[str, Any],
    *,
    tenant_id: int,
    agent: str,
    source: ArgumentSource,
    sure: float | None = None,
    extra: Mapping[str, Any] | None = None,
    like: Case | None = None,
) -> Case:
    """Put a call together, to be judged with `under` as a recorded one is; nothing is stored.

    `source`: where its values came from; `sure`: what the agent states of itself, 0 to 1; `extra`: `facts` of the
    rules. `like` is a recorded call of the same tool: its halts and facts count, values that it had as well keep their
    source, and None for `sure` is what it stated; else 1. Raises BadAction for arguments that JSON cannot say.
    """
    like = like if like and like.action.tool == card.name else None
    proposed = action(card.name, card.version, arguments)
    grounding = _grounding(arguments, card.parameters, source, like)
    parts = _parts(sure, like) | {"grounding": share(grounding)}
    facts = Facts(
        tool=card,
        agent=agent,
        agent_version=like.facts.agent_version if like else "",
        tenant=str(tenant_id),
        halted=like.facts.halted if like else (),
        schema_errors=schema_errors(_proposal(card, proposed, tenant_id=tenant_id, agent=agent)),
        grounding=grounding,
        reached=like.facts.reached if like else {},
        parts=parts,
        objects=like.facts.objects if like else {},
        extra={**(like.facts.extra if like else {}), **(extra or {})},
    )
    return Case(0, NOBODY, proposed, facts, like.coin_u if like else SOME_U)


def _parts(sure: float | None, like: Case | None) -> dict[str, float | None]:
    if sure is None and like:
        return dict(like.facts.parts)
    return dict.fromkeys(("tool_choice", "arguments"), 1.0 if sure is None else sure)


def _grounding(
    arguments: dict[str, Any], schema: dict[str, Any], source: ArgumentSource, like: Case | None
) -> tuple[Grounding, ...]:
    """As somebody says, or as it was where the recorded call had it as well. What a text holds goes with the text."""
    before = dict(leaves(like.action.arguments)) if like else {}
    known = {found.path: found.source for found in (like.facts.grounding or ())} if like else {}
    kept = {path for path, value in leaves(arguments) if _is_same(before, path, value)}
    within = {path: [known[one] for one in known if one.startswith(f"{path}: ")] or [source] for path in kept}
    found = []
    for part in parts(arguments, schema):
        leaf = part.path.partition(": ")[0]
        was = known.get(part.path, source) if part.path in kept else max(within.get(leaf, [source]), key=SOURCES.index)
        found.append(Grounding(path=part.path, source=was, detail="", role=part.role))
    return tuple(found)


def _is_same(before: Mapping[str, Any], path: str, value: Any) -> bool:
    """`True` is not 1, here as everywhere."""
    return path in before and type(before[path]) is type(value) and bool(before[path] == value)


def _proposal(card: ToolCard, proposed: Action, *, tenant_id: int, agent: str) -> Proposal:
    return Proposal(
        tenant_id=tenant_id,
        origin=NOBODY,
        run_key=NOBODY,
        agent=agent,
        agent_version="",
        action=proposed,
        card=card,
        seen=Index(),
        material=Material(title="", preview=Preview(affects="", goes_to="")),
    )
