"""A conversation comes back from a person: the agent goes on from exactly there, or its run ends."""

from typing import Any

from agents.domain.run import StepStatus
from agents.engine import cancelling, stepping
from agents.engine.advancing import End
from agents.engine.context.history import Past
from agents.engine.queue import waking
from agents.engine.queue.claiming import Held
from agents.engine.stepping import Carried
from agents.models import Run
from agents.tools import registry
from approvals.domain.decision import DecisionKind
from approvals.inbox.claiming import conversing
from approvals.models import Decision, Message, rows

# What was put aside while a person had the conversation; what waits for an answer of its own goes on waiting, and what
# was answered meanwhile is put aside only once it could no longer be undone.
WAKE = """
UPDATE agents_step s SET status = 'ready', wake_at = now(), ready_at = now()
WHERE s.run_id = %s AND s.status = 'waiting'
  AND NOT EXISTS (SELECT 1 FROM approvals_escalation e WHERE e.origin = s.key AND e.status = 'open')
  AND NOT EXISTS (SELECT 1 FROM agents_letter l WHERE l.step_id = s.id AND l.settled_at IS NULL)
RETURNING s.id
"""


def come_back(held: Held, run: Run, decision: Decision) -> Carried | None:
    """End the step that was handed over with everything that was said meanwhile; the run goes on behind it or ends.

    Nothing of the call was done: to the agent it is a refused one, but where handing over was the call itself. Joins
    the claiming transaction, in which the run is locked.
    """
    said = {"said": [_line(one) for one in conversing.messages(held.key)]}
    if decision.kind == DecisionKind.END_RUN:
        cancelling.mark(run, by=decision.by, reason=decision.reason)
        how = End(StepStatus.CANCELLED, {"text": "a person ended the run", **said})
    else:
        if rows.fetch(WAKE, [run.pk]):
            waking.wake_after_commit()
        how = _given_back(held, decision, said)
    return stepping.conclude(held, Past(run, ()), how)


def _given_back(held: Held, decision: Decision, said: dict[str, Any]) -> End:
    output = {"note": decision.reason, **said}
    if registry.card_of(held.name).hands_over:
        result = {"handed_back_by": decision.author, "note": decision.reason}
        return End(StepStatus.SUCCEEDED, {"result": result, **output})
    text = f"handed back: {decision.author} had the conversation and gives it back: {decision.reason}"
    return End(StepStatus.REFUSED, {"text": text, **output})


def _line(message: Message) -> dict[str, str]:
    return {
        "role": "person" if message.by else "customer",
        "name": message.by.name if message.by else "",
        "at": message.sent_at.isoformat(timespec="seconds"),
        "text": message.text,
    }
