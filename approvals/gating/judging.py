"""Judge a proposal and make its verdict: one append-only row per tool call."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from math import isfinite
from typing import Any

from approvals.domain.evidence import Grounding
from approvals.domain.gate import judge, read_of, route_of
from approvals.domain.tool import ToolCard
from approvals.domain.verdict import Outcome
from approvals.domain.verdict import Verdict as Judgement
from approvals.gating.gathering import Gathered
from approvals.gating.grounding import snapshot, spelled
from approvals.gating.proposal import Proposal
from approvals.models import Verdict


def weigh(proposal: Proposal, gathered: Gathered) -> Judgement:
    """What the gate says of a proposal under gathered facts; writes nothing."""
    return judge(proposal.action, gathered.facts, gathered.ruleset)


def row(proposal: Proposal, gathered: Gathered, judgement: Judgement, *, grounding: tuple[Grounding, ...]) -> Verdict:
    """A judgement with what is needed to learn from it, as the caller has to store it.

    The database refuses it when this origin already has a verdict for this attempt, or when two steps of one run
    counted at the same moment (IntegrityError): the caller's transaction is then tried again.
    """
    asked = judgement.outcome is not Outcome.ALLOW
    return Verdict(
        tenant_id=proposal.tenant_id,
        session_key=proposal.session_key,
        origin=proposal.origin,
        attempt=proposal.attempt,
        run_key=proposal.run_key,
        seq_in_run=gathered.seq_in_run,
        payload=proposal.action.payload,
        tool=proposal.action.tool,
        effect=proposal.card.effect,
        is_counted=judgement.is_counted,
        agent=proposal.agent,
        agent_version=proposal.agent_version,
        prompt_version=proposal.prompt_version,
        score_source="stated+grounding" if judgement.score is not None else "",
        outcome=judgement.outcome,
        reasons=[reason.model_dump(mode="json") for reason in judgement.reasons],
        route=judgement.route,
        score=_decimal(judgement.score),
        score_parts=judgement.parts,
        auto_threshold=_decimal(judgement.auto_threshold),
        ask_threshold=_decimal(judgement.ask_threshold),
        zone=judgement.zone,
        forced_reason=judgement.forced_reason,
        ruleset_id=gathered.ruleset_id,
        coin_u=Decimal(f"{gathered.coin_u:.11f}"),
        coin_rate=_five(gathered.coin_rate),
        is_test=gathered.is_test,
        label_propensity=_five(1.0 if asked else gathered.coin_rate),
        features=features(proposal, grounding, gathered),
        challenger_scores=shadowed(proposal, gathered),
    )


def shadowed(proposal: Proposal, gathered: Gathered) -> dict[str, object]:
    """What an open draft says of the same facts, where one is watched; it is kept beside the verdict and not acted on.

    Limits are those that the live rules reached: a draft's own are not counted.
    """
    if gathered.shadow is None:
        return {}
    facts, rules = gathered.facts, gathered.shadow.rules
    rate = route_of(rules, agent=facts.agent, tool=proposal.action.tool, tenant=facts.tenant).audit_rate
    said = judge(proposal.action, replace(facts, coin=(gathered.coin_u, rate, gathered.coin_u < rate)), rules)
    told = {"draft": gathered.shadow.draft_id, "outcome": said.outcome.value, "route": said.route, "score": said.score}
    return {"shadow": {**told, "because": said.reasons[0].sentence if said.reasons else ""}}


LONGEST_FIELD = 60
"""Characters of a field of an object that is kept because a rule has read it: a state, a class, a day, no prose."""


def features(proposal: Proposal, grounding: tuple[Grounding, ...], gathered: Gathered) -> dict[str, object]:
    """The snapshot a later score model learns from: shape, provenance and facts that are numbers; no free text."""
    declared = proposal.card.parameters
    return {
        "tool": proposal.action.tool,
        "shape": sorted(spelled(declared, name) for name in proposal.action.arguments),
        **({"form": gathered.shape} if proposal.card.is_counted else {}),
        "sources": snapshot(grounding, proposal.action.arguments, declared),
        "facts": {name: value for name, value in gathered.facts.extra.items() if _is_number(value)},
        **_objects(proposal, gathered),
        "parts": {name: value for name, value in proposal.parts.items() if value is not None},
        "environment": proposal.card.environment,
        "card": card_facts(proposal.card),
    }


def _objects(proposal: Proposal, gathered: Gathered) -> dict[str, object]:
    """What the live rules read of the objects that the call names, and nothing else of them."""
    read = read_of(gathered.ruleset, agent=proposal.agent, tool=proposal.action.tool, root="object")
    found = {
        ".".join(map(str, path)): value for path in read if _is_short(value := _at(gathered.facts.objects, path[1:]))
    }
    return {"objects": found} if found else {}


def _at(value: Any, path: Sequence[str | int]) -> Any:
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _is_short(value: object) -> bool:
    return _is_number(value) or (isinstance(value, str) and len(value) <= LONGEST_FIELD)


def card_facts(card: ToolCard) -> dict[str, object]:
    """What the gate read of the tool and no column holds, so that the verdict can be given again under other rules."""
    return {
        "reversibility": card.reversibility.value,
        "effect_class": card.effect_class.value,
        "egress": card.egress,
        "known": card.known,
        "asks_person": card.asks_person,
        "hands_over": card.hands_over,
    }


def _is_number(value: object) -> bool:
    """Truth values and finite numbers; a text could hold anybody's words."""
    return isinstance(value, bool | int) or (isinstance(value, float) and isfinite(value))


def _decimal(value: float | None) -> Decimal | None:
    """A score as the column holds it: five decimals, floored by the gate already."""
    return None if value is None else _five(value)


def _five(value: float) -> Decimal:
    return Decimal(f"{value:.5f}")
