"""Answer people: as the agent that is asked back, and as a simulated customer; where real people answer, they do."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

import structlog

from agents.domain.agent import Agent
from agents.domain.plan import StepKind
from agents.domain.turn import Line, ModelRequest
from agents.engine.context.history import Past, read
from agents.llm import gateway
from agents.models import Run
from agents.tools import registry
from approvals.inbox.claiming import conversing, inquiring
from approvals.models import Escalation, Inquiry, Message, Seed, rows

BATCH = 10
EXPLAINED_TOKENS = 500
"""At most so many are said about one question."""
log = structlog.get_logger(__name__)

DUE = """
SELECT e.id FROM approvals_escalation e
WHERE e.kind = 'handoff' AND e.status = 'open' AND e.agent = ANY(%s)
  AND (SELECT m.by_id IS NOT NULL FROM approvals_message m WHERE m.run_key = e.run_key ORDER BY m.id DESC LIMIT 1)
ORDER BY e.id LIMIT %s
"""


def explain_due() -> int:
    """Answer what reviewers asked agents back, one after the other; how many were answered.

    Any number of processes may do it at once: each question is taken by one. No transaction is open and no connection
    held while a model thinks. What comes of it is words; calls that the model makes are nobody's.
    """
    answered = 0
    known = [agent.name for agent in registry.agents()]
    while (inquiry := inquiring.take(known)) is not None:
        answered += inquiring.answer(inquiry, _explained(inquiry))
    return answered


def _explained(inquiry: Inquiry) -> str:
    past = _past(inquiry.escalation)
    if past is None:
        return ""
    run, agent = past.run, registry.find_agent(past.run.agent)
    asked = ModelRequest(
        model=agent.model,
        system=agent.system,
        history=past.lines(),
        scenario=run.scenario,
        inquiry=inquiry.question,
        output_tokens=EXPLAINED_TOKENS,
        turn=past.turns(StepKind.MODEL),
    )
    if gateway.is_remote(agent.model):
        rows.let_go()
    try:
        return gateway.complete(asked).text
    except Exception:
        log.exception("agent_did_not_answer", escalation=inquiry.escalation_id)
        return ""


def _past(escalation: Escalation) -> Past | None:
    """What the agent knew when it proposed the call; of a planted mistake, when it made the call that it is made of."""
    planted = Seed.objects.filter(escalation=escalation).values_list("source__run_key", "source__origin").first()
    run_key, origin = planted or (escalation.run_key, escalation.origin)
    run = Run.objects.select_related("request").filter(key=run_key).first()
    if run is None:
        return None
    past = read(run)
    at = next((step.position for step in past.steps if step.key == origin), None)
    return past if at is None else replace(past, steps=tuple(step for step in past.steps if step.position < at))


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
