"""Recorded verdicts as they were judged: the action from its bytes, the facts from what was stored beside them."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from approvals.domain.action import Action
from approvals.domain.evidence import Grounding
from approvals.domain.gate import Facts, Ruleset, judge, route_of
from approvals.domain.tool import Effect, EffectClass, Reversibility, ToolCard, unknown_tool
from approvals.domain.verdict import Outcome
from approvals.gating import rulesets
from approvals.gating.grounding import recall
from approvals.models import Verdict

Cards = Callable[[str], ToolCard | None]
"""The tool of a name as it is declared today; None for a name that no tool has."""

COLUMNS = (
    "pk",
    "run_key",
    "payload",
    "tool",
    "effect",
    "agent",
    "agent_version",
    "tenant_id",
    "outcome",
    "reasons",
    "score_parts",
    "features",
    "coin_u",
    "ruleset_id",
    "created_at",
)
HALTED, MISFIT = "Halted: ", "The arguments do not fit the tool: "
"""How the gate opens these sentences; what follows is the fact."""


class Lost(StrEnum):
    """Why a recorded verdict cannot be given again."""

    TOOL = "tool"
    """What its tool was is not recorded, and no tool is declared like it today."""
    FACT = "fact"
    """A fact was missing or odd when it was judged, and what cannot be known cannot be judged."""
    OTHERWISE = "otherwise"
    """From what is stored, the gate of today says something else than it said then."""


class Row(NamedTuple):
    """One stored verdict, in the order of the columns."""

    verdict_id: int
    run_key: UUID
    payload: bytes
    tool: str
    effect: str
    agent: str
    agent_version: str
    tenant_id: int
    outcome: str
    reasons: list[dict[str, str]]
    score_parts: dict[str, float]
    features: dict[str, Any]
    coin_u: Decimal
    ruleset_id: int
    created_at: datetime


@dataclass(frozen=True)
class Case:
    """One recorded call, ready to be judged under any rules."""

    verdict_id: int
    run_key: UUID
    action: Action
    facts: Facts
    """Without a coin, which depends on the route; `under` adds it."""
    coin_u: float
    recorded: Outcome | None = None
    """What it was answered; None for a call that never was."""
    at: datetime | None = None

    @property
    def key(self) -> tuple[UUID, bytes]:
        """The same bytes again in one run are the same call."""
        return self.run_key, self.action.sha256


def find(tenant_id: int, verdict_id: int, *, cards: Cards) -> "Case | Lost | None":
    """One verdict of a tenant, brought back; None when there is none."""
    found = Verdict.objects.filter(tenant_id=tenant_id, pk=verdict_id).values_list(*COLUMNS)
    return next(recollect((Row(*row) for row in found), cards=cards), None)


def recollect(rows: Iterable[Row], *, cards: Cards) -> "Iterator[Case | Lost]":
    """Bring verdicts back, each one checked: under its own rules it must be what it was, or it proves nothing."""
    known = lru_cache(maxsize=None)(rulesets.at)
    for row in rows:
        case = _case(row, cards)
        if isinstance(case, Case):
            rules = known(row.ruleset_id)
            is_same = judge(case.action, under(case, rules), rules).outcome is case.recorded
            case = case if is_same else Lost.OTHERWISE
        yield case


def under(case: Case, rules: Ruleset) -> Facts:
    """The facts of a case with its coin as these rules would have drawn it: the route says how often."""
    facts = case.facts
    rate = route_of(rules, agent=facts.agent, tool=case.action.tool, tenant=facts.tenant).audit_rate
    return replace(facts, coin=(case.coin_u, rate, case.coin_u < rate))


def _case(row: Row, cards: Cards) -> "Case | Lost":
    if any(reason["code"] == "fault" and not reason["rule"] for reason in row.reasons):
        return Lost.FACT
    payload = bytes(row.payload)
    try:
        call = json.loads(payload)
        arguments, version = dict(call["arguments"]), str(call["version"])
        grounding = recall(row.features["sources"], arguments)
        card = _card(row, version, cards)
    except (ValueError, KeyError, TypeError):
        return Lost.FACT
    if card is None:
        return Lost.TOOL
    facts = _facts(row, card, grounding)
    action = Action(row.tool, version, arguments, payload, hashlib.sha256(payload).digest())
    return Case(row.verdict_id, row.run_key, action, facts, float(row.coin_u), Outcome(row.outcome), row.created_at)


def _facts(row: Row, card: ToolCard, grounding: tuple[Grounding, ...]) -> Facts:
    stated = row.features.get("parts", {})
    measured = {"grounding": row.score_parts["grounding"]} if "grounding" in row.score_parts else {}
    return Facts(
        tool=card,
        agent=row.agent,
        agent_version=row.agent_version,
        tenant=str(row.tenant_id),
        halted=_told(row.reasons, "halted", HALTED),
        schema_errors=_told(row.reasons, "schema", MISFIT),
        grounding=grounding,
        # How much was used then is not stored: a limit that was reached still is, and a new one is not.
        reached={reason["rule"]: "reached" for reason in row.reasons if reason["code"] == "limit"},
        parts={**stated, **measured},
        extra=row.features.get("facts", {}),
        # Whether it objected or was silent is told by the sentence alone, and stops the call alike.
        objected=any(reason["code"] == "objection" for reason in row.reasons),
        objects=_objects(row.features.get("objects", {})),
    )


def _objects(stored: dict[str, Any]) -> dict[str, Any]:
    """What the rules of then read of the objects; other rules that read more find it missing, and ask."""
    found: dict[str, Any] = {}
    for path, value in stored.items():
        *above, last = path.split(".")[1:]
        place = found
        for part in above:
            place = place.setdefault(part, {})
        place[last] = value
    return found


def _told(reasons: Iterable[dict[str, str]], code: str, opening: str) -> tuple[str, ...] | None:
    """The facts in the sentences of one code; None where one of them says that nobody knew."""
    said = [reason["sentence"] for reason in reasons if reason["code"] == code]
    if not all(sentence.startswith(opening) for sentence in said):
        return None
    return tuple(sentence.removeprefix(opening) for sentence in said)


def _card(row: Row, version: str, cards: Cards) -> ToolCard | None:
    stored = row.features.get("card")
    if stored is None:
        return _declared(row, version, cards)
    return ToolCard(
        name=row.tool,
        version=version,
        description="",
        effect=Effect(row.effect),
        reversibility=Reversibility(stored["reversibility"]),
        effect_class=EffectClass(stored["effect_class"]),
        egress=stored["egress"],
        environment=row.features["environment"],
        parameters={},
        asks_person=stored["asks_person"],
        hands_over=stored.get("hands_over", False),
        known=stored["known"],
    )


def _declared(row: Row, version: str, cards: Cards) -> ToolCard | None:
    """For verdicts from before the tool was stored: as it is declared today, where that is the same tool."""
    if any(reason["code"] == "unknown_tool" for reason in row.reasons):
        return unknown_tool(row.tool)
    card = cards(row.tool)
    is_same = card is not None and (card.version, card.effect.value) == (version, row.effect)
    return card if is_same else None
