"""Settle what a crash or a lost answer left: repeat, reconcile, or park as unknown for a person."""

import structlog
from django.db import transaction
from django.db.models.functions import Now

from agents.domain.errors import OutcomeUnknown, StaleStep
from agents.domain.run import OperationOutcome, StepStatus
from agents.domain.tool import Call
from agents.engine import advancing, history, proposing, stepping
from agents.engine.advancing import End
from agents.engine.claiming import Held
from agents.engine.history import Past
from agents.engine.stepping import Carried
from agents.models import Operation, Run
from agents.tools import calling, registry
from approvals.domain.evidence import Incident
from approvals.inbox import reporting

log = structlog.get_logger(__name__)

ATTEMPTS = 4
"""How often a class B call is sent under one key before a person is asked."""
LAST_EPOCH = 12
"""A step that failed this often is poison; its run ends."""


def without_answer(held: Held, operation: Operation, past: Past, call: Call, *, why: str) -> Carried | None:
    """A call to the outside gave no readable answer: repeat class B under its key, reconcile class C."""
    if operation.effect_class == "B" and held.epoch < ATTEMPTS:
        with transaction.atomic():
            advancing.postpone(held, seconds=0.5 * 2**held.epoch)
        return None
    if operation.effect_class == "C":
        return reconcile(held, operation, past, call, why=why)
    park(held, operation, past, why=why)
    return None


def reconcile(
    held: Held, operation: Operation, past: Past, call: Call, *, why: str = "the worker stopped before the answer came"
) -> Carried | None:
    """Ask the world whether a class C effect happened; never send it again.

    Happened: the step goes on with the result. Certainly not: it ends failed, and the agent may propose it anew under
    a new right. Nobody can tell: a person is asked.
    """
    try:
        result = calling.reconcile(operation, call)
    except OutcomeUnknown as error:
        park(held, operation, past, why=f"{why}; {error.detail}" if error.detail else why)
        return None
    if result is None:
        end = End(StepStatus.FAILED, {"text": f"it did not happen: {why}"})
        outcome = OperationOutcome.FAILED
    else:
        end = End(StepStatus.SUCCEEDED, {"result": result})
        outcome = OperationOutcome.SUCCEEDED
    with transaction.atomic():
        Operation.objects.filter(pk=operation.pk, outcome=None).update(outcome=outcome, ended_at=Now())
        return stepping.conclude(held, past.run, end)


def park(held: Held, operation: Operation, past: Past, *, why: str) -> None:
    """Mark an effect unknown and open an incident; the step waits for a person."""
    verdict = operation.verdict or operation.grant.verdict  # type: ignore[union-attr]
    agent = registry.find_agent(past.run.agent)
    prepared = proposing.propose(past, agent, origin=held.key, call=held.call or {}, turn=None)
    incident = Incident(
        attempted=prepared.proposal.material.title,
        failed_because=why,
        to_decide="Find out whether it happened, then say so. It is not sent again unless you say so.",
    )
    with transaction.atomic():
        advancing.lock_run(past.run.pk)
        Operation.objects.filter(pk=operation.pk, outcome=None).update(
            outcome=OperationOutcome.UNKNOWN, error=why, ended_at=Now()
        )
        advancing.pause(held)
        reporting.report(verdict, prepared, incident)
        advancing.settle(past.run.pk)


def give_back(held: Held) -> None:
    """Put a step back whose carrying failed, later each time; after the last attempt the run ends failed.

    Its intent, if one was committed, stands: whoever claims the step next recovers it by its effect class.
    """
    run = Run.objects.select_related("request").get(pk=held.run_id)
    try:
        with transaction.atomic():
            if held.epoch < LAST_EPOCH:
                advancing.postpone(held, seconds=min(60.0, 0.25 * 2**held.epoch))
                return
            give_up(held, run)
    except StaleStep:
        # Somebody else has it by now, which is just as well.
        log.info("step_was_taken_over", step=held.id)


def give_up(held: Held, run: Run) -> None:
    """End a poison step: with an intent outside our database it is a person's to settle, else the run fails."""
    text = f"given up after {held.epoch} attempts; the log of the worker says why"
    operation = Operation.objects.filter(step_id=held.id, outcome=None).exclude(effect_class="A").first()
    if operation is not None:
        park(held, operation, history.read(run), why=text)
    else:
        stepping.conclude(held, run, End(StepStatus.FAILED, {"text": text}, error=text))
