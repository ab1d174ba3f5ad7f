"""A scripted agent at the shop's desk: it says what the test tells it to, over the shop's real tools."""

from typing import Any

from agents.domain.agent import Agent
from agents.engine import accepting, working
from agents.guards.leases import Holder
from agents.models import Run, Worker
from agents.tools import registry
from agents.tools.samples.retail import models as shop
from agents.tools.samples.retail.planting import plant
from approvals.domain.decision import DecisionKind, Said
from approvals.inbox import deciding
from approvals.models import Decision, Escalation, Member, Ruleset
from tests import cast

PENDING = "#W8379216"
"""An order of the shop that is pending, paid by card, 1,564.53 dollars."""
OTHER_PENDING = "#W4923227"
"""Another one that is pending."""
CANCEL: dict[str, Any] = {
    "name": "cancel_pending_order",
    "arguments": {"order_id": PENDING, "reason": "ordered by mistake"},
}
READ = {"name": "get_order_details", "arguments": {"order_id": PENDING}}

if "desk" not in {agent.name for agent in registry.agents()}:
    registry.agent(
        Agent(
            name="desk",
            version="1",
            model="scripted:",
            system="",
            # It says what a test tells it to, as often as it is told.
            is_watched=False,
            tools=("cancel_pending_order", "get_order_details", "modify_user_address", "calculate", "ask_person"),
        )
    )


def turn(*calls: dict[str, Any], text: str = "") -> dict[str, Any]:
    """One scripted turn with these calls, sure of itself."""
    return {
        "text": text,
        "calls": [
            {"call_id": f"c{place}", "tool": call["name"], "arguments": call["arguments"]}
            for place, call in enumerate(calls)
        ],
        "reasoning": {"why": "the customer asked", "tool_choice": 0.9, "arguments": 0.9},
    }


def rules(*, undo_seconds: int = 0, minutes: int = 60, rule: str = "") -> Ruleset:
    """Make a ruleset live in which a decision can be undone for so long; every write asks."""
    document = f"""
version: 1
name: tests
rules: [{rule}]
decide: {{minutes: {minutes}, undo_seconds: {undo_seconds}}}
"""
    return Ruleset.objects.create(tenant_id=1, version=1, document=document.encode(), status="live")


def submit(*turns: dict[str, Any], message: str = f"Please cancel {PENDING}, ordered by mistake") -> Run:
    """A run in which the agent says these turns, one after the other; the shop is loaded already."""
    run = accepting.accept(
        agent="desk", title="A customer", body={"message": message, "scenario": {"turns": list(turns)}}
    )
    plant(run.key, {})
    return run


def worker() -> Holder:
    """A worker of this process."""
    return Holder(Worker.objects.create(name="the test").pk)


def work() -> int:
    """Carry everything that is due; how many claims it took."""
    holder, claims = worker(), 0
    while working.once(holder):
        claims += 1
    return claims


def said(escalation: Escalation, kind: DecisionKind = DecisionKind.APPROVE, **fields: Any) -> Said:
    """A decision as an honest form sends it: what was shown, and the fact that is asked for."""
    fact = escalation.evidence.value().material.preview.typed_fact
    typed = fact.value if fact is not None and kind is DecisionKind.APPROVE else ""
    values = {
        "kind": kind,
        "evidence_sha256": escalation.evidence.digest,
        "version": escalation.version,
        "typed": typed,
        "reason_code": "wrong_arguments" if kind is DecisionKind.REJECT else "",
    }
    return Said(**{**values, **fields})


def decide(
    escalation: Escalation, kind: DecisionKind = DecisionKind.APPROVE, *, by: Member | None = None, **fields: Any
) -> Decision:
    """Mara (or somebody else) decides."""
    return deciding.decide(escalation, by=by or cast.mara(), said=said(escalation, kind, **fields))


def only_open() -> Escalation:
    """The one escalation that is open."""
    return Escalation.objects.select_related("evidence", "verdict").get(status="open")


def order_status(run: Run) -> str:
    """How the order stands in the run's own world, else in the shared one."""
    found = shop.Order.objects.filter(order_id=PENDING, world__in=[str(run.key), ""]).order_by("-world")
    return str(found[0].status)
