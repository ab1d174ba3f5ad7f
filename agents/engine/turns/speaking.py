"""Let a model speak: once, again with what was wrong, again later, another model, and then a person."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from django.db import transaction

from agents.domain import retry
from agents.domain.agent import Agent
from agents.domain.breaker import Guarded, Key
from agents.domain.errors import BudgetSpent
from agents.domain.plan import StepKind, StepSpec
from agents.domain.retry import Fault
from agents.domain.run import StepStatus
from agents.domain.turn import ModelRequest, Turn
from agents.engine import advancing, recovering, stepping
from agents.engine.advancing import End
from agents.engine.context.history import Past
from agents.engine.queue.claiming import Held
from agents.engine.stepping import Carried
from agents.engine.turns import offering, paying, planning, stopping
from agents.engine.turns.stopping import Limit
from agents.guards import breakers
from agents.llm import gateway
from agents.llm.failure import FailureKind, ModelFailure
from agents.models.letter import Cause
from agents.models.stop import StopKind
from approvals.domain.redaction import redact_json

log = structlog.get_logger(__name__)

INTERACTIVE_SECONDS, OTHERWISE_SECONDS = 8.0, 30.0
"""What a model may take while somebody waits, and else."""
REPAIRS = 1
"""So often a model is told what was wrong with its answer."""
WAITS = 6
"""So often a step comes back to a breaker that is open: minutes, not hours."""
CAUSES = {Fault.TRANSIENT: Cause.NO_ANSWER, Fault.SEMANTIC: Cause.BAD_OUTPUT, Fault.PERMANENT: Cause.DECLINED}


@dataclass(frozen=True)
class Said:
    """A turn, and why it is not the agent's own model's."""

    turn: Turn
    model: str
    fallback: str = ""


def speak(held: Held, past: Past, agent: Agent, *, model: str) -> Carried | None:
    """One turn of the agent or of a simulated customer; no connection is held while a remote model thinks."""
    try:
        said = Said(_ask(held, past, agent, model), model)
    except BudgetSpent as spent:
        return _stop(held, past, {}, Limit(StopKind.BUDGET, spent.detail))
    except ModelFailure as error:
        log.warning("model_failed", run=str(past.run.key), kind=error.kind, error=str(error))
        if _comes_back(held, error):
            return None
        found = _other_model(held, past, agent, error)
        if found is None:
            recovering.bury(held, past, cause=_cause(error), subject=_provider(model), error=str(error))
            return None
        said = found
    output = _output(held, past, agent, said)
    limit = stopping.reached(past, agent, said.turn) if agent.plan.is_conversational else None
    if limit is not None:
        return _stop(held, past, output, limit)
    specs = _following(held, past, agent, said.turn)
    return stepping.end(held, past, End(StepStatus.SUCCEEDED, output), specs=specs, turn=said.turn)


def _output(held: Held, past: Past, agent: Agent, said: Said) -> dict[str, Any]:
    """What is kept of a turn: what was said, by which model where it is a remote one, and what it was not offered."""
    output: dict[str, Any] = redact_json(said.turn.model_dump(mode="json", exclude_defaults=True))
    if said.fallback:
        output["fallback"] = said.fallback
    if gateway.is_remote(said.model):
        output["model"] = said.model
    if held.kind is StepKind.MODEL and (left_out := offering.offer(past, agent).left_out):
        output["not_offered"] = list(left_out)
    return output


def _stop(held: Held, past: Past, output: dict[str, Any], limit: Limit) -> Carried | None:
    """End a run with what it has, marked and listed; a dangerous one fails. Nothing of the turn's calls is made."""
    log.warning("run_stopped", run=str(past.run.key), kind=limit.kind, why=limit.sentence)
    text = f"stopped: {limit.sentence}"
    how = End(StepStatus.SUCCEEDED, {**output, "unfinished": limit.sentence})
    if limit.is_failure:
        how = End(StepStatus.FAILED, {**output, "text": text}, error=text)
    with transaction.atomic():
        carried = stepping.end(held, past, how)
        stopping.list_stop(past, limit)
    return carried


def _following(held: Held, past: Past, agent: Agent, turn: Turn) -> tuple[StepSpec, ...]:
    if held.kind is StepKind.CUSTOMER:
        return planning.after_customer()
    if agent.plan.is_conversational:
        return planning.after_turn(agent, turn, turns=past.turns(StepKind.MODEL) + 1)
    return ()


def _ask(held: Held, past: Past, agent: Agent, model: str) -> Turn:
    """Ask one model once, behind its breaker, and tell it once what was wrong; raises ModelFailure."""
    name = _provider(model)
    admission = breakers.admit(Key(past.run.tenant_id, Guarded.DEPENDENCY, name))
    if not admission.is_admitted:
        text = f"{name} has failed too often and is left alone for a while; nothing was asked."
        raise ModelFailure(text, kind=FailureKind.DOWN, retry_after_seconds=admission.seconds)
    try:
        turn = _repaired(
            _request(held, past, agent, model),
            ask=partial(paying.complete, held, past, agent),
            leads_nowhere=partial(stopping.repeats, past, agent),
        )
    except ModelFailure as error:
        if error.fault is Fault.TRANSIENT:
            breakers.failed(admission, why=error.kind)
        else:
            breakers.worked(admission)
        raise
    breakers.worked(admission)
    return turn


def _repaired(
    request: ModelRequest, *, ask: Callable[[ModelRequest], Turn], leads_nowhere: Callable[[Turn], str]
) -> Turn:
    """The first answer that can be used, or the last one; a call that leads nowhere is answered by saying so."""
    for left in range(REPAIRS, -1, -1):
        try:
            turn = ask(request)
            wrong = leads_nowhere(turn)
        except ModelFailure as error:
            if error.fault is not Fault.SEMANTIC or not left:
                raise
            wrong = str(error)
        else:
            if not wrong or not left:
                return turn
        request = request.model_copy(update={"correction": wrong[:300]})
    raise AssertionError("unreachable")


def _comes_back(held: Held, error: ModelFailure) -> bool:
    """Put the step back where it may work later: with full jitter, and not before the time it was told to wait."""
    failures = held.failures + 1
    if error.kind is FailureKind.DOWN:
        is_over = failures >= WAITS
    else:
        is_over = error.fault is not Fault.TRANSIENT or retry.is_last(failures)
    if is_over:
        return False
    chance = random.random()  # noqa: S311  # spreads retries, hides nothing
    seconds = retry.wait_before(failures, asked_seconds=error.retry_after_seconds, chance=chance)
    with transaction.atomic():
        advancing.postpone(held, seconds=seconds, has_failed=True)
    return True


def _other_model(held: Held, past: Past, agent: Agent, error: ModelFailure) -> Said | None:
    """What the first of the agent's other models that answers says; None where none does."""
    for model in agent.fallback_models if held.kind is StepKind.MODEL else ():
        try:
            turn = _ask(held, past, agent, model)
        except (ModelFailure, BudgetSpent) as another:
            log.warning("fallback_failed", run=str(past.run.key), model=model, error=str(another))
        else:
            return Said(turn, model, fallback=f"{model} answered instead of {agent.model}: {error}")
    return None


def _request(held: Held, past: Past, agent: Agent, model: str) -> ModelRequest:
    offered = offering.offer(past, agent) if held.kind is StepKind.MODEL else offering.Offer(())
    return ModelRequest(
        model=model,
        system=agent.system + offered.note,
        history=past.lines(),
        tools=tuple({"name": c.name, "description": c.description, "parameters": c.parameters} for c in offered.cards),
        scenario=past.run.scenario,
        timeout_seconds=INTERACTIVE_SECONDS if agent.is_interactive else OTHERWISE_SECONDS,
        turn=past.turns(held.kind),
    )


def _cause(error: ModelFailure) -> Cause:
    return Cause.DOWN if error.kind is FailureKind.DOWN else CAUSES[error.fault]


def _provider(model: str) -> str:
    return model.partition(":")[0]
