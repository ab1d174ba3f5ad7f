"""Let a simulated customer answer the person who has the conversation; where real people answer, they do."""

from collections.abc import Sequence
from uuid import uuid4

import structlog

from agents.domain.agent import Agent
from agents.domain.plan import StepKind
from agents.domain.turn import Line, ModelRequest
from agents.engine.context.history import Past, read
from agents.llm import gateway
from agents.models import Run
from agents.tools import registry
from approvals.inbox.claiming import conversing
from approvals.models import Escalation, Message, rows

BATCH = 10
log = structlog.get_logger(__name__)

DUE = """
SELECT e.id FROM approvals_escalation e
WHERE e.kind = 'handoff' AND e.status = 'open' AND e.agent = ANY(%s)
  AND (SELECT m.by_id IS NOT NULL FROM approvals_message m WHERE m.run_key = e.run_key ORDER BY m.id DESC LIMIT 1)
ORDER BY e.id LIMIT %s
"""


def reply_due() -> int:
    """Answer one batch of what people wrote to simulated customers; how many were answered.

    Any number of processes may do it at once: an answer counts only while nobody has said anything since.
    """
    return sum(_replied(escalation_id) for (escalation_id,) in rows.fetch(DUE, [registry.simulated(), BATCH]))


def _replied(escalation_id: int) -> bool:
    handoff = Escalation.objects.get(pk=escalation_id)
    run = Run.objects.select_related("request").get(key=handoff.run_key)
    said = conversing.messages(handoff.origin)
    try:
        text = gateway.complete(_request(read(run), registry.find_agent(run.agent), said)).text
    except Exception:
        # A customer who says nothing; whoever has the conversation goes on without.
        log.exception("customer_did_not_answer", escalation=escalation_id)
        text = "…"
    return conversing.answer(handoff, last=said[-1], key=uuid4(), text=text or "…")


def _request(past: Past, agent: Agent, said: Sequence[Message]) -> ModelRequest:
    """To the customer whoever answers is the shop."""
    meanwhile = [Line(role="agent" if one.by else "customer", text=one.text) for one in said]
    heard = [line.model_copy(update={"role": "agent"}) if line.role == "person" else line for line in past.lines()]
    answered = sum(one.by is None for one in said)
    return ModelRequest(
        model=agent.customer_model,
        system=agent.system,
        history=(*heard, *meanwhile),
        scenario=past.run.scenario,
        turn=past.turns(StepKind.CUSTOMER) + answered,
    )
