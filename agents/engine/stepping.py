"""Move from one step to the next: end it, put what follows before the gate, take its right, claim it.

The only module that inserts an operation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import structlog
from django.db import DatabaseError, transaction

from agents.domain.errors import NotStarted, StaleStep
from agents.domain.plan import StepKind, StepSpec
from agents.domain.run import StepStatus
from agents.domain.turn import Turn
from agents.engine import advancing, storing
from agents.engine.advancing import End
from agents.engine.context import proposing
from agents.engine.context.history import Past
from agents.engine.queue import waking
from agents.engine.queue.claiming import Held
from agents.models import Operation
from agents.tools import registry
from approvals.domain.verdict import Outcome
from approvals.inbox import asking
from approvals.inbox.asking import Answer, Prepared
from approvals.models import Grant, Verdict, rows

log = structlog.get_logger(__name__)

HALTED, CANCELLED = "SB002", "SB010"

START = """
SELECT signalbox_check_start(o.step_id, o.origin, %s, v)
FROM agents_operation o LEFT JOIN approvals_grant g ON g.id = o.grant_id
JOIN approvals_verdict v ON v.id = coalesce(o.verdict_id, g.verdict_id)
WHERE o.id = %s
"""


@dataclass(frozen=True)
class Carried:
    """A held step with what it takes to do it."""

    held: Held
    operation: Operation | None = None
    """For a tool: the intent under which it may run; None when the gate has not been asked yet."""
    is_recovered: bool = False
    """True when somebody else committed the intent and left no outcome."""
    is_last: bool = False
    """True when the run is cancelled: nothing is sent any more, only settled."""
    is_poison: bool = False
    """True when it was tried too often; it is given up."""
    past: Past | None = None
    """What came before it, where that is known without reading it again."""


def end(
    held: Held, past: Past, how: End, *, specs: tuple[StepSpec, ...] = (), turn: Turn | None = None
) -> Carried | None:
    """End a step, store what comes next, put it before the gate and claim one of it: one transaction.

    What the next calls would do is computed before it begins.
    """
    keys = [uuid4() for _ in specs]
    prepared = {**prepare(past, specs, keys, turn), **proposing.dependents(held, past)}
    return write(held, past, how, specs=specs, keys=keys, prepared=prepared)


def write(
    held: Held,
    past: Past,
    how: End,
    *,
    prepared: Mapping[UUID, Prepared],
    operation: Operation | None = None,
    specs: tuple[StepSpec, ...] = (),
    keys: Sequence[UUID] = (),
) -> Carried | None:
    """Write how a step and its operation ended and go on, in one transaction; raises StaleStep as `conclude` does.

    What is known stands even where the database refuses what would follow (halted or cancelled in this very moment,
    another branch was judged first): then the next step is put before the gate by itself.
    """
    for following in (prepared, {}):
        try:
            with transaction.atomic():
                return conclude(held, past, how, operation=operation, specs=specs, keys=keys, prepared=following)
        except DatabaseError as error:
            if not following:
                raise
            log.info("what_follows_was_refused", step=held.id, error=str(error))
    return None


def check_start(held: Held, operation: Operation) -> None:
    """Ask once more, in the transaction of a class A effect, whether it may start; raises NotStarted or StaleStep.

    The answer holds until the commit: a halt or a cancel waits for it, and what comes later sees it.
    """
    try:
        rows.fetch(START, [held.epoch, operation.pk])
    except DatabaseError as error:
        sqlstate = getattr(error.__cause__, "sqlstate", "")
        if sqlstate == "SB007":
            raise StaleStep(str(held.id)) from error
        if sqlstate in (HALTED, CANCELLED):
            raise NotStarted(is_cancelled=sqlstate == CANCELLED) from error
        raise


def prepare(past: Past, specs: Sequence[StepSpec], keys: Sequence[UUID], turn: Turn | None) -> dict[UUID, Prepared]:
    """Everything the gate will be asked about the tool steps among `specs`, by their keys."""
    agent = registry.find_agent(past.run.agent)
    return {
        key: proposing.propose(past, agent, origin=key, call=_call(spec), turn=turn)
        for key, spec in zip(keys, specs, strict=True)
        if spec.kind is StepKind.TOOL
    }


def conclude(
    held: Held,
    past: Past,
    how: End,
    *,
    operation: Operation | None = None,
    specs: tuple[StepSpec, ...] = (),
    keys: Sequence[UUID] = (),
    prepared: Mapping[UUID, Prepared] | None = None,
) -> Carried | None:
    """The writing half of `end`, with the outcome of the step's operation; joins the caller's transaction."""
    if past.is_alone and not past.planned and not specs:
        if not advancing.finish_last(held, how, run_ends=_ending(how), operation=operation):
            advancing.settle(held.run_id, end=_ending(how), result=how.output)
        return None
    if not past.is_alone:
        advancing.lock_run(held.run_id)
    ended = advancing.finish(held, how, operation=operation)
    if ended.is_over or how.error:
        advancing.lock_run(held.run_id)
        advancing.drop(held.run_id)
        advancing.settle(held.run_id, end=_ending(how), result=how.output)
        return None
    new = storing.extend(held, specs, keys=keys, is_taking=ended.taken is None)
    taken, others = ended.taken or new.taken, ended.others + new.others
    if others:
        # Other branches: any worker may take them, and is woken for them.
        waking.wake_after_commit()
    if taken is not None:
        # Alone it was and alone it is: what was read is still all there is to read.
        is_known = past.is_alone and not others
        grown = past.grown(ended.node, started=(taken.id,), planned=new.planned) if is_known else None
        return go_on(taken, grown, prepared or {})
    if not others:
        advancing.settle(held.run_id, end=_ending(how), result=how.output)
    return None


def go_on(taken: Held, past: Past | None, prepared: Mapping[UUID, Prepared]) -> Carried | None:
    """Put a step that has just been taken before the gate where it needs one.

    A planned tool that nothing was computed for is computed by whoever carries it, outside this transaction.
    """
    if taken.kind is not StepKind.TOOL or taken.key not in prepared:
        return Carried(taken, past=past)
    return enter(taken, past or Past(taken.run, ()), asking.ask(prepared[taken.key]))


def repeat(held: Held, operation: Operation) -> None:
    """Take an intent without outcome over for another try; the database asks again whether it may start.

    What is known of the attempts before it stands no more: this one may die unheard. The caller has read it already.

    Joins the claiming transaction. Raises DatabaseError as `intend` does: halted, cancelled, no longer held. Only
    classes A and B are ever repeated.
    """
    Operation.objects.filter(pk=operation.pk, outcome=None).update(epoch=held.epoch, error="")


def enter(held: Held, past: Past, answer: Answer) -> Carried | None:
    """What a verdict means for a held tool step: go on with its right, wait, or end refused."""
    match answer.outcome:
        case Outcome.ALLOW:
            return Carried(held, intend(held, verdict=answer.verdict), past=past if past.is_alone else None)
        case Outcome.ASK | Outcome.CONFIRM:
            is_cancelled = advancing.pause(held)
            if advancing.lock_run(held.run_id) if is_cancelled is None else is_cancelled:
                # Cancelled while the question was being written: a cancel after this lock finds it and withdraws it.
                advancing.drop(held.run_id)
                advancing.settle(held.run_id)
            return None
        case Outcome.REFUSE:
            sentence = " ".join(reason.sentence for reason in answer.judgement.reasons)
            codes = sorted({reason.code for reason in answer.judgement.reasons if reason.outcome is Outcome.REFUSE})
            how = End(StepStatus.REFUSED, {"text": f"refused: {sentence}", "stopped_by": codes})
            return conclude(held, past, how)


def intend(held: Held, *, verdict: Verdict | None = None, grant: Grant | None = None) -> Operation:
    """Write the intent of an effect under its right; the database refuses it without one.

    Joins the caller's transaction and must be committed before the effect of a class B or C tool begins. Raises
    DatabaseError with an SQLSTATE of class SB naming what was wrong with the right.
    """
    source = verdict or grant.decision.verdict  # type: ignore[union-attr]
    payload = bytes(source.payload)
    if grant is not None and grant.decision.payload is not None:
        payload = bytes(grant.decision.payload)
    operation = Operation(
        step_id=held.id,
        origin=held.key,
        epoch=held.epoch,
        tool=source.tool,
        effect_class=registry.card_of(source.tool).effect_class,
        payload=payload,
        verdict=verdict,
        verdict_outcome=Outcome.ALLOW if verdict else None,
        grant=grant,
    )
    return rows.add(operation)


def _call(spec: StepSpec) -> dict[str, Any]:
    return {"tool": spec.tool, "arguments": spec.arguments}


def _ending(how: End) -> str:
    return "failed" if how.status is StepStatus.FAILED and how.error else "succeeded"
