"""Verdicts recorded by the gate's own service, from facts a test chooses."""

from typing import Any
from uuid import UUID, uuid4

from approvals.domain.evidence import Material, Preview
from approvals.domain.gate import Facts, Ruleset, route_of
from approvals.domain.tool import ToolCard
from approvals.gating import judging, rulesets
from approvals.gating.gathering import Gathered
from approvals.gating.grounding import Index
from approvals.gating.proposal import Proposal
from approvals.models import Ruleset as Row
from approvals.models import Tenant, Verdict, rows
from tests.domain.gate import cases

U = 0.5


def record(
    row: Row, facts: Facts, *, arguments: dict[str, Any] | None = None, tool: str = "", run_key: UUID | None = None
) -> Verdict:
    """Judge a call under a stored ruleset with these facts and store the verdict, as the engine does."""
    rules, call = rulesets.of(row), cases.call(tool or facts.tool.name, facts.tool.version, arguments)
    rate = route_of(rules, agent=facts.agent, tool=call.tool, tenant=facts.tenant).audit_rate
    proposal = Proposal(
        tenant_id=row.tenant_id,
        origin=uuid4(),
        run_key=run_key or uuid4(),
        agent=facts.agent,
        agent_version=facts.agent_version,
        action=call,
        card=facts.tool,
        seen=Index(),
        material=Material(title="", preview=Preview(affects="", goes_to="")),
        parts={name: value for name, value in facts.parts.items() if name != "grounding"},
    )
    seq = Verdict.objects.filter(run_key=proposal.run_key).count() + 1
    gathered = Gathered(facts, rules, row.pk, seq, U, rate, rate > U)
    judgement = judging.weigh(proposal, gathered)
    return rows.add(judging.row(proposal, gathered, judgement, grounding=facts.grounding or ()))


def facts(rules: Ruleset, **changes: Any) -> Facts:
    """Facts as they are gathered for a call, with the coin of its route under these rules."""
    card: ToolCard = changes.get("tool", cases.CARD)
    tenant = str(Tenant.DEFAULT)
    rate = route_of(rules, agent="helper", tool=card.name, tenant=tenant).audit_rate
    return cases.facts(**{"tenant": tenant, "extra": {}, "coin": (U, rate, rate > U), **changes})
