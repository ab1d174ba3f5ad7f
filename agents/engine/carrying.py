"""Carry a claimed step: let a model speak, or run a tool under its right, and write down how it ended."""

from typing import Any

import structlog
from django.db import connection, transaction

from agents.domain.agent import Agent
from agents.domain.errors import ModelFailed, NotStarted, OutcomeUnknown, Refusal, StaleStep
from agents.domain.plan import StepKind, StepSpec
from agents.domain.run import StepStatus
from agents.domain.tool import Call
from agents.domain.turn import ModelRequest
from agents.engine import advancing, planning, recovering, stepping
from agents.engine.advancing import End
from agents.engine.context import history, proposing
from agents.engine.context.history import Past
from agents.engine.queue import claiming
from agents.engine.queue.claiming import Held
from agents.engine.stepping import Carried
from agents.llm import gateway
from agents.models import Operation
from agents.tools import calling, registry
from approvals.domain.redaction import redact_json
from approvals.inbox import asking

log = structlog.get_logger(__name__)

MODEL_ATTEMPTS = 3
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
            return speak(held, past, agent, model=agent.model)
        case StepKind.CUSTOMER:
            return speak(held, past, agent, model=agent.customer_model)
        case StepKind.TOOL if carried.operation is None:
            return enter(held, past, agent)
        case StepKind.TOOL:
            return effect(carried, carried.operation, past, agent)


def speak(held: Held, past: Past, agent: Agent, *, model: str) -> Carried | None:
    """One turn of the agent or of a simulated customer; no connection is held while a remote model thinks."""
    if gateway.is_remote(model):
        let_go()
    try:
        turn = gateway.complete(_request(held, past, agent, model))
    except ModelFailed as error:
        log.warning("model_failed", run=str(past.run.key), error=str(error))
        if error.is_transient and held.epoch < MODEL_ATTEMPTS:
            with transaction.atomic():
                advancing.postpone(held, seconds=0.5 * 2**held.epoch)
            return None
        return stepping.end(held, past, End(StepStatus.FAILED, {"text": str(error)}, error=str(error)))
    specs: tuple[StepSpec, ...] = ()
    if held.kind is StepKind.CUSTOMER:
        specs = planning.after_customer()
    elif agent.plan.is_conversational:
        specs = planning.after_turn(agent, turn, turns=past.turns(StepKind.MODEL) + 1)
    output = redact_json(turn.model_dump(mode="json", exclude_defaults=True))
    return stepping.end(held, past, End(StepStatus.SUCCEEDED, output), specs=specs, turn=turn)


def _request(held: Held, past: Past, agent: Agent, model: str) -> ModelRequest:
    names = agent.tools if held.kind is StepKind.MODEL else ()
    cards = [registry.card_of(name) for name in names]
    return ModelRequest(
        model=model,
        system=agent.system,
        history=past.lines(),
        tools=tuple({"name": c.name, "description": c.description, "parameters": c.parameters} for c in cards),
        scenario=past.run.scenario,
        turn=past.turns(held.kind),
    )


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
    if operation.effect_class == "C" and carried.is_recovered:
        return recovering.reconcile(carried.held, operation, past, call)
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
    prepared = proposing.dependents(held, past)
    try:
        claiming.check_sending(held)
    except NotStarted as stopped:
        if not carried.is_recovered:
            return _not_started(held, operation, past, stopped)
        why = "stopped before it was repeated"
        return recovering.without_answer(held, operation, past, call, why=why, is_final=True)
    let_go()
    try:
        end = _worked(held, operation, calling.perform_in_time(operation, call))
    except Refusal as refusal:
        if carried.is_recovered:
            # It may refuse because the first try, whose answer was lost, has worked.
            why = f"refused when it was repeated: {refusal.detail}"
            return recovering.without_answer(held, operation, past, call, why=why, is_final=True)
        end = End(StepStatus.FAILED, {"text": refusal.detail or str(refusal)})
    except Exception as error:  # noqa: BLE001  # whatever was raised, nobody knows what happened
        # No answer we can read: it may have happened. Law 7 decides what follows, not the kind of exception.
        log.warning("outcome_unknown", tool=operation.tool, error=repr(error))
        return recovering.without_answer(held, operation, past, call, why=_why(error))
    try:
        return stepping.write(held, past, end, prepared=prepared, operation=operation)
    except StaleStep:
        recovering.note_late(operation, past, end)
        raise


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


def let_go() -> None:
    """Give the connection back while something else is waited for, unless a caller's transaction needs it."""
    if not connection.in_atomic_block:
        connection.close()


def _why(error: BaseException) -> str:
    return error.detail if isinstance(error, OutcomeUnknown) else type(error).__name__
