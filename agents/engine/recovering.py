"""Settle what a crash or a lost answer left: repeat, reconcile, or park as unknown for a person."""

from django.db import transaction
from django.db.models.functions import Now

from agents.domain.errors import OutcomeUnknown
from agents.domain.run import OperationOutcome, StepStatus
from agents.domain.tool import Call
from agents.engine import advancing, proposing, stepping
from agents.engine.advancing import End
from agents.engine.claiming import Held
from agents.engine.history import Past
from agents.engine.stepping import Carried
from agents.models import Operation
from agents.tools import calling, registry
from approvals.domain.evidence import Incident
from approvals.inbox import reporting

ATTEMPTS = 4
"""How often a class B call is sent under one key before a person is asked."""


def without_answer(held: Held, operation: Operation, past: Past, call: Call, *, why: str) -> Carried | None:
    """A call to the outside gave no readable answer: repeat class B under its key, reconcile class C."""
    if operation.effect_class == "B" and held.epoch < ATTEMPTS:
        with transaction.atomic():
            advancing.postpone(held, seconds=0.5 * 2**held.epoch)
        return None
    if operation.effect_class == "C":
        return reconcile(held, operation, past, call, why=why)
    return park(held, operation, past, why=why)


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
        return park(held, operation, past, why=f"{why}; {error.detail}" if error.detail else why)
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
