"""Settle what a crash or a lost answer left: repeat, reconcile, park as unknown for a person, or bury."""

import random
from datetime import timedelta

import structlog
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Max
from django.db.models.functions import Now

from agents.domain import retry
from agents.domain.errors import OutcomeUnknown, RightOutlived, StaleStep, Unavailable
from agents.domain.run import OperationOutcome, StepStatus
from agents.domain.tool import Call
from agents.engine import advancing, stepping
from agents.engine.advancing import End
from agents.engine.context import history, proposing
from agents.engine.context.history import Past
from agents.engine.queue import claiming
from agents.engine.queue.claiming import Held, take
from agents.engine.stepping import Carried
from agents.models import Letter, Operation, Step
from agents.models.letter import Cause
from agents.tools import calling, registry
from approvals.domain.evidence import Incident
from approvals.domain.redaction import clean, redact
from approvals.domain.tool import Effect
from approvals.inbox import reporting
from approvals.models import AuditEntry, rows

log = structlog.get_logger(__name__)

LAST_EPOCH = 20
"""A step claimed this often is poison: it kills or fails whoever carries it."""
LAST_FAILURE = 8
"""A step whose claim failed this often is a dead letter."""
MARGIN_SECONDS = 1.0
LONGEST_ERROR = 2_000
"""Characters of an error that a dead letter keeps."""
NOTHING_HAPPENED = "nothing happened"
"""Stands in an operation while every attempt so far is known to have done nothing."""

# A grant that has run out, or a verdict under rules that are not the live ones any more.
OUTLIVED = """
SELECT CASE WHEN g.id IS NOT NULL THEN g.expires_at <= clock_timestamp() ELSE l.id <> v.ruleset_id END
FROM agents_operation o LEFT JOIN approvals_grant g ON g.id = o.grant_id
JOIN approvals_verdict v ON v.id = coalesce(o.verdict_id, g.verdict_id)
LEFT JOIN approvals_ruleset l ON l.tenant_id = v.tenant_id AND l.status = 'live'
WHERE o.id = %s
"""

# Until then the first call may still be under way, whatever became of the worker that sent it.
REMAINING = """
SELECT greatest(0, extract(epoch FROM started_at - clock_timestamp()) + %s) FROM agents_operation WHERE id = %s
"""


def without_answer(
    held: Held, operation: Operation, past: Past, call: Call, *, why: str, is_final: bool = False
) -> Carried | None:
    """A call to the outside gave no readable answer: repeat class B under its key, reconcile class C.

    `is_final`: the same key would give the same answer again, so nothing is repeated.
    """
    if operation.effect_class == "C" and not is_read(operation):
        return reconcile(held, operation, past, call, why=why)
    if operation.effect_class == "B" and not is_final and again(held):
        return None
    if is_read(operation):
        return unread(held, operation, past, call, why=why)
    park(held, operation, past, why=why)
    return None


def again(held: Held, *, asked_seconds: float | None = None) -> bool:
    """Put a step back whose call failed in a way that may pass; False after the last attempt."""
    failures = held.failures + 1
    if retry.is_last(failures):
        return False
    chance = random.random()  # noqa: S311  # spreads retries, hides nothing
    seconds = retry.wait_before(failures, asked_seconds=asked_seconds, chance=chance)
    with transaction.atomic():
        advancing.postpone(held, seconds=seconds, has_failed=True)
    return True


def is_read(operation: Operation) -> bool:
    """Whether what was judged changes nothing, so that a lost answer is no question for anybody."""
    right = operation.grant.verdict if operation.grant else operation.verdict
    return right is not None and right.effect == Effect.READ


def unread(
    held: Held, operation: Operation, past: Past, call: Call, *, why: str, is_asked: bool = True
) -> Carried | None:
    """A read that nothing more is tried for: answered by its fallback, which is said, or failed.

    The agent is told either way. The fallback starts as every call does: not once halted or cancelled.
    """
    try:
        claiming.check_sending(held)
        result = calling.fall_back(operation, call)
    except StaleStep:
        raise
    except Exception as error:  # noqa: BLE001  # code of a tool's author; whatever it was, there is no answer
        text = f"no answer (attempt {held.failures + 1}): {why}" if is_asked else f"not asked: {why}"
        log.warning("read_failed", tool=operation.tool, why=why, fallback=repr(error))
        return stepping.write(held, past, End(StepStatus.FAILED, {"text": text}), prepared={}, operation=operation)
    said = f"{operation.tool} did not answer ({why}); this comes from its fallback"
    end = End(StepStatus.SUCCEEDED, {"result": result, "fallback": said})
    return stepping.write(held, past, end, prepared={}, operation=operation)


def unavailable(held: Held, operation: Operation, past: Past, call: Call, error: Unavailable) -> Carried | None:
    """What a tool calls is not there, and this attempt certainly did nothing: again later, another way, or failed.

    Only for an operation of which no earlier attempt may have happened. A class C call is sent once for each right.
    """
    if operation.effect_class == "B":
        with transaction.atomic():
            Operation.objects.filter(pk=operation.pk, outcome=None).update(error=NOTHING_HAPPENED)
            if again(held, asked_seconds=error.retry_after_seconds):
                return None
    why = error.detail or "it is not there"
    if is_read(operation):
        return unread(held, operation, past, call, why=why)
    end = End(StepStatus.FAILED, {"text": f"not done, nothing happened: {why}"})
    return stepping.write(held, past, end, prepared={}, operation=operation)


def reconcile(
    held: Held, operation: Operation, past: Past, call: Call, *, why: str = "the worker stopped before the answer came"
) -> Carried | None:
    """Ask the world whether a class C effect happened; never send it again.

    Happened: the step goes on with the result. Certainly not, and too late to happen still: it ends failed, and the
    agent may propose it anew under a new right. Nobody can tell: a person is asked.
    """
    try:
        result = calling.reconcile(operation, call)
    except OutcomeUnknown as error:
        park(held, operation, past, why=f"{why}; {error.detail}" if error.detail else why)
        return None
    remaining = _remaining(operation) if result is None else 0.0
    if remaining > 0:
        with transaction.atomic():
            advancing.postpone(held, seconds=remaining)
        return None
    end = (
        End(StepStatus.FAILED, {"text": f"it did not happen: {why}"})
        if result is None
        else End(StepStatus.SUCCEEDED, {"result": result})
    )
    with transaction.atomic():
        return stepping.conclude(held, past, end, operation=operation)


def _remaining(operation: Operation) -> float:
    with connection.cursor() as cursor:
        cursor.execute(REMAINING, [calling.time_of(operation) + MARGIN_SECONDS, operation.pk])
        return float(cursor.fetchone()[0])


def park(held: Held, operation: Operation, past: Past, *, why: str) -> None:
    """Mark an effect unknown and open an incident about the very bytes that were sent; the step waits for a person."""
    right = operation.grant.verdict if operation.grant else operation.verdict
    assert right is not None
    sent = calling.from_payload(bytes(operation.payload))
    call = {**(held.call or {}), "tool": sent.tool, "arguments": sent.arguments}
    agent = registry.find_agent(past.run.agent)
    prepared = proposing.propose(past, agent, origin=held.key, call=call, turn=None, is_apart=False)
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
        reporting.report(right, prepared, incident, sent=sent)


def bury(held: Held, past: Past, *, cause: Cause, subject: str, error: str) -> None:
    """Let a held step wait as a dead letter, in one transaction; its outputs, its rights and its run stay as they are.

    A run that was cancelled meanwhile gets none: its step is given back, and whoever claims it next settles it. Raises
    StaleStep when another worker has taken the step over.
    """
    with transaction.atomic():
        if advancing.lock_run(past.run.pk):
            advancing.postpone(held, seconds=0)
            return
        advancing.pause(held)
        Letter.objects.create(
            tenant_id=past.run.tenant_id,
            run_id=past.run.pk,
            step_id=held.id,
            cause=cause,
            subject=clean(subject)[:200],
            error=redact(clean(error))[:LONGEST_ERROR],
            attempts=held.failures + 1,
            epoch=held.epoch,
        )
    log.warning("dead_letter", run=str(past.run.key), step=held.id, cause=cause, subject=subject)


def is_poison(held: Held) -> bool:
    """Whether a step was claimed too often: it kills or fails whoever carries it. Counted anew since it was resent."""
    if held.epoch <= LAST_EPOCH:
        return False
    resent: int = Letter.objects.filter(step_id=held.id).aggregate(epoch=Max("epoch", default=0))["epoch"]
    return held.epoch > resent + LAST_EPOCH


def check_right(operation: Operation) -> None:
    """Raise RightOutlived for an effect of our own database that is to be repeated long after it was allowed.

    It certainly did not happen, so it can be put before the gate again; what may have happened outside cannot.
    """
    if operation.effect_class == "A" and rows.fetch(OUTLIVED, [operation.pk])[0][0]:
        raise RightOutlived(operation.tool)


def note_late(operation: Operation, past: Past, end: End) -> None:
    """An answer that came after the step was taken over is kept: it may contradict what was settled without it."""
    log.warning("late_answer", operation=operation.pk, status=end.status)
    AuditEntry.objects.create(
        tenant_id=past.run.tenant_id,
        verb="operation.late_answer",
        object=str(operation.pk),
        details={"status": end.status, "run": str(past.run.key)},
    )


def give_back(held: Held) -> None:
    """Put a step back whose carrying failed, later each time.

    Its intent, if one was committed, stands: whoever claims the step next recovers it by its effect class. When even
    this fails, the heartbeat finds that nobody carries the step.
    """
    try:
        with transaction.atomic():
            advancing.postpone(held, seconds=min(60.0, 0.25 * 2**held.epoch))
    except (StaleStep, DatabaseError) as error:
        log.warning("not_given_back", step=held.id, error=str(error))


def set_aside(held: Held, error: Exception) -> None:
    """Put a step back whose claim failed and was rolled back, later each time; at the limit it is given up."""
    with transaction.atomic():
        Step.objects.filter(pk=held.id, status=StepStatus.READY).update(
            failures=F("failures") + 1, wake_at=Now() + timedelta(seconds=min(60.0, 0.5 * 2**held.failures))
        )
    if held.failures + 1 >= LAST_FAILURE:
        with transaction.atomic():
            taken = take(held.id, held.holder, even_early=True)
            if taken is not None:
                why = f"{type(error).__name__}: {error}"
                give_up(taken, history.read(taken.run, held_id=taken.id), why=why)


def give_up(held: Held, past: Past, *, why: str = "the log of the workers says why") -> None:
    """Give a poison step up: with an effect outside that may have happened it is an incident, else a dead letter.

    An intent in our own database has not happened, and stands until the letter is settled. Of a cancelled run the step
    ends.
    """
    text = f"given up after {held.epoch} claims and {held.failures} failures; {why}"
    operation = Operation.objects.filter(step_id=held.id, outcome=None).order_by("-pk").first()
    if operation is not None and operation.effect_class != "A":
        park(held, operation, past, why=text)
        return
    if past.run.cancelled_at is None:
        bury(held, past, cause=Cause.POISON, subject=held.name, error=text)
        return
    with transaction.atomic():
        Operation.objects.filter(step_id=held.id, outcome=None).update(
            outcome=OperationOutcome.FAILED, error=text, ended_at=Now()
        )
        stepping.conclude(held, past, End(StepStatus.FAILED, {"text": text}, error=text))
