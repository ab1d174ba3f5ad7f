"""Carry a claimed step: let a model speak, or run a tool under its right, and write down how it ended."""

from typing import Any

import structlog
from django.db import transaction

from agents.domain.agent import Agent
from agents.domain.errors import AgentError, NotStarted, OutcomeUnknown, Refusal, StaleStep, Unavailable
from agents.domain.plan import StepKind
from agents.domain.run import StepStatus
from agents.domain.tool import Call
from agents.engine import advancing, recovering, stepping
from agents.engine.advancing import End
from agents.engine.context import history, proposing
from agents.engine.context.history import Past
from agents.engine.queue import claiming
from agents.engine.queue.claiming import Held
from agents.engine.stepping import Carried
from agents.engine.turns import speaking
from agents.guards import breakers
from agents.guards.breakers import Admission
from agents.models import Operation
from agents.tools import calling, http, registry
from approvals.inbox import asking
from approvals.models import rows

log = structlog.get_logger(__name__)

HALT_SECONDS = 2.0


def carry(carried: Carried) -> Carried | None:
    """Do one step and return the next of the same run, already claimed; None when the run is blocked or over.

    Raises StaleStep when another worker has taken the step over; nothing of this one's result is then written.
    """
    held = carried.held
    past = carried.past or history.read(held.run, held_id=held.id)
    if carried.is_poison:
        recovering.give_up(held, past)
        return None
    agent = registry.find_agent(past.run.agent)
    match held.kind:
        case StepKind.MODEL:
            return speaking.speak(held, past, agent, model=agent.model)
        case StepKind.CUSTOMER:
            return speaking.speak(held, past, agent, model=agent.customer_model)
        case StepKind.TOOL if carried.operation is None:
            return enter(held, past, agent)
        case StepKind.TOOL:
            return effect(carried, carried.operation, past, agent)


def enter(held: Held, past: Past, agent: Agent) -> Carried | None:
    """Put a claimed tool step before the gate: what it would do first, then one transaction."""
    prepared = proposing.propose(past, agent, origin=held.key, call=held.call or {}, turn=None)
    with transaction.atomic():
        # Locked first: verdicts of one run are numbered one after the other.
        if advancing.lock_run(past.run.pk):
            return stepping.conclude(held, past, End(StepStatus.CANCELLED, {"text": "the run was cancelled"}))
        return stepping.enter(held, past, asking.ask(prepared))


def effect(carried: Carried, operation: Operation, past: Past, agent: Agent) -> Carried | None:
    """Run the tool of a committed intent and write its outcome; what becomes of a failure depends on the class."""
    call_id = (carried.held.call or {}).get("call_id", "")
    call = calling.call_of(operation, run_key=past.run.key, session_key=past.run.session_key, call_id=call_id)
    if operation.effect_class == "A":
        return _own(carried.held, operation, past, call)
    if carried.is_last and recovering.is_read(operation):
        end = End(StepStatus.CANCELLED, {"text": "the run was cancelled"})
        return stepping.write(carried.held, past, end, prepared={}, operation=operation)
    if operation.effect_class == "C" and carried.is_recovered:
        why = "the worker stopped before the answer came"
        return recovering.without_answer(carried.held, operation, past, call, why=why)
    if carried.is_last:
        recovering.park(carried.held, operation, past, why="the run was cancelled before the answer came")
        return None
    return _remote(carried, operation, past, call)


def _own(held: Held, operation: Operation, past: Past, call: Call) -> Carried | None:
    """Class A: the effect, its outcome and the end of the step are one transaction, so it happens exactly once."""
    prepared = proposing.dependents(held, past)
    try:
        with transaction.atomic():
            if not past.is_alone:
                # Before the shared lock of the check: two branches could not both make theirs exclusive.
                advancing.lock_run(held.run_id)
            stepping.check_start(held, operation)
            end = _attempt(held, operation, call)
            return stepping.conclude(held, past, end, operation=operation, prepared=prepared)
    except NotStarted as stopped:
        return _not_started(held, operation, past, stopped)


def _attempt(held: Held, operation: Operation, call: Call) -> End:
    try:
        return _worked(held, operation, calling.perform(operation, call))
    except Refusal as refusal:
        return End(StepStatus.FAILED, {"text": refusal.detail or str(refusal)})
    except Exception as error:
        # Rolled back with its savepoint, so it certainly did not happen, whatever went wrong in the tool's code.
        log.exception("tool_failed", tool=operation.tool)
        return End(StepStatus.FAILED, {"text": f"the tool failed: {type(error).__name__}"})


def _worked(held: Held, operation: Operation, result: Any) -> End:
    """A result; with the arguments that ran where a person had changed those of the step."""
    ran = calling.from_payload(bytes(operation.payload)).arguments
    is_changed = held.call is not None and ran != held.call.get("arguments")
    return End(StepStatus.SUCCEEDED, {"result": result, "ran": ran} if is_changed else {"result": result})


def _remote(carried: Carried, operation: Operation, past: Past, call: Call) -> Carried | None:
    """Classes B and C: the intent is committed, the effect happens outside, the outcome is written after it."""
    held = carried.held
    # A right may have been used before without anything having happened: then nothing is to be settled.
    may_have = carried.is_recovered and operation.error != recovering.NOTHING_HAPPENED
    prepared = proposing.dependents(held, past)
    admission = breakers.admit(*calling.breakers_of(operation, tenant_id=past.run.tenant_id))
    try:
        claiming.check_sending(held)
    except NotStarted as stopped:
        if not may_have or recovering.is_read(operation):
            return _not_started(held, operation, past, stopped)
        why = "stopped before it was repeated"
        return recovering.without_answer(held, operation, past, call, why=why, is_final=True)
    if not admission.is_admitted:
        return _left_alone(held, operation, past, call, admission, may_have=may_have)
    rows.let_go()
    try:
        end = _answered(held, operation, call, admission, may_have=may_have)
    except Exception as error:  # noqa: BLE001  # whatever was raised, law 7 decides what follows
        return _unanswered(held, operation, past, call, error, may_have=may_have)
    try:
        return stepping.write(held, past, end, prepared=prepared, operation=operation)
    except StaleStep:
        recovering.note_late(operation, past, end)
        raise


def _unanswered(
    held: Held, operation: Operation, past: Past, call: Call, error: Exception, *, may_have: bool
) -> Carried | None:
    """A call that came to no result; `may_have` says that an earlier attempt may have happened."""
    if isinstance(error, Unavailable) and not may_have:
        return recovering.unavailable(held, operation, past, call, error)
    if isinstance(error, Refusal) and not may_have:
        return stepping.write(
            held, past, End(StepStatus.FAILED, {"text": error.detail}), prepared={}, operation=operation
        )
    if isinstance(error, Refusal):
        # It may refuse because the first try, whose answer was lost, has worked.
        why = f"refused when it was repeated: {error.detail}"
        return recovering.without_answer(held, operation, past, call, why=why, is_final=True)
    # Else no answer we can read: it may have happened, whatever the kind of exception.
    log.warning("outcome_unknown", tool=operation.tool, error=repr(error))
    is_final = isinstance(http.meaning(error), Refusal)
    return recovering.without_answer(held, operation, past, call, why=_why(error), is_final=is_final)


def _answered(held: Held, operation: Operation, call: Call, admission: Admission, *, may_have: bool) -> End:
    """The result of a call to the outside; its breakers hear how it went.

    A refusal is a result too, of a call that nothing may have come of before.
    """
    try:
        end = _worked(held, operation, calling.perform_in_time(operation, call))
    except Refusal as refusal:
        breakers.worked(admission)
        if may_have:
            raise
        return End(StepStatus.FAILED, {"text": refusal.detail or str(refusal)})
    except Exception as error:
        known = http.meaning(error)
        if isinstance(known, Refusal):
            breakers.worked(admission)
        else:
            breakers.failed(admission, why=error.code if isinstance(error, AgentError) else type(error).__name__)
        if known is not None and recovering.is_read(operation):
            # Of a write it may be the answer to the second of two requests, and the first one has worked.
            raise known from error
        raise
    breakers.worked(admission)
    return end


def _left_alone(
    held: Held, operation: Operation, past: Past, call: Call, admission: Admission, *, may_have: bool
) -> Carried | None:
    """A breaker is open, so this attempt is not made: what may have happened before is repeated later or settled."""
    why = f"{admission.stopped_by} has failed too often and is left alone for a while"
    if may_have:
        return recovering.without_answer(held, operation, past, call, why=why)
    if recovering.is_read(operation):
        return recovering.unread(held, operation, past, call, why=why, is_asked=False)
    end = End(StepStatus.FAILED, {"text": f"not sent, nothing happened: {why}"})
    return stepping.write(held, past, end, prepared={}, operation=operation)


def _not_started(held: Held, operation: Operation, past: Past, stopped: NotStarted) -> Carried | None:
    """An effect that certainly did not begin: over when cancelled; when halted, tried again, or proposed anew.

    A class C intent is never sent twice, so a halt ends it; the others stand until the halt is lifted.
    """
    if stopped.is_cancelled:
        end = End(StepStatus.CANCELLED, {"text": "the run was cancelled"})
    elif operation.effect_class == "C":
        end = End(StepStatus.FAILED, {"text": "halted before it was sent: nothing happened"})
    else:
        with transaction.atomic():
            advancing.postpone(held, seconds=HALT_SECONDS)
        return None
    return stepping.write(held, past, end, prepared={}, operation=operation)


def _why(error: BaseException) -> str:
    return error.detail if isinstance(error, OutcomeUnknown | Unavailable) else type(error).__name__
