"""Refunds that nothing but a limit speaks against."""

from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from approvals.domain.action import action
from approvals.domain.evidence import Material, Preview
from approvals.domain.tool import ToolCard
from approvals.domain.verdict import Outcome
from approvals.gating.grounding import Index, Source
from approvals.gating.proposal import Proposal
from approvals.inbox import asking
from approvals.inbox.asking import Answer
from approvals.models import Ruleset, Tenant
from tests.domain.gate import cases
from tests.learning import calls

ROUTE = "{name: r, auto_threshold: 0.5}"


def live(*limits: str, more: str = "") -> Ruleset:
    """Everything sure runs alone, up to these limits."""
    return calls.live(ROUTE, f"limits: [{', '.join(limits)}]\n{more}")


def limit(most: float, *, per: str = "day", resource: str = "mutations", more: str = "") -> str:
    """One limit, in the notation of the document."""
    return f"{{name: the-limit, resource: {resource}, per: {per}, most: {most}{more}}}"


def money(most: float, *, per: str = "session", tools: str = '"*"') -> str:
    """A limit on what is paid."""
    return limit(most, per=per, resource="sum", more=f", argument: amount, tools: [{tools}]")


def ask(
    amount: Any = 5,
    *,
    card: ToolCard = cases.CARD,
    run_key: UUID | None = None,
    session_key: str = "",
    tenant_id: int = Tenant.DEFAULT,
    agent: str = "helper",
) -> Answer:
    """Ask for one refund, in a transaction of its own."""
    said = Source(kind="user", name="customer", text=f"please refund {amount}")
    proposal = Proposal(
        tenant_id=tenant_id,
        origin=uuid4(),
        run_key=run_key or uuid4(),
        session_key=session_key,
        agent=agent,
        agent_version="1",
        action=action(card.name, card.version, {"amount": amount}),
        card=card,
        seen=Index([said]),
        material=Material(title="Refund", preview=Preview(affects="", goes_to="")),
        parts={"tool_choice": 1.0, "arguments": 1.0},
    )
    with transaction.atomic():
        return asking.ask(asking.prepare(proposal))


def runs(amount: Any = 5, **more: Any) -> bool:
    """Whether it would run alone."""
    return ask(amount, **more).outcome is Outcome.ALLOW
