"""Go on from exactly where a person was asked: what a decision, an expiry or an undo means for a step."""

from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models.functions import Now

from agents.domain.errors import RightOutlived
from agents.domain.plan import StepKind
from agents.domain.run import OperationOutcome, StepStatus
from agents.engine import advancing, recovering, stepping
from agents.engine.advancing import End
from agents.engine.answers import freshening, returning
from agents.engine.context import proposing
from agents.engine.context.history import Past, read
from agents.engine.queue.claiming import Held, claim, take
from agents.engine.stepping import Carried
from agents.guards.leases import Holder
from agents.models import Operation, Run, Step
from agents.tools import registry
from approvals.domain.decision import DecisionKind
from approvals.domain.escalation import Status
from approvals.domain.verdict import Outcome
from approvals.inbox import applying, asking, withdrawing
from approvals.models import Decision, Verdict

HALTED, GRANT_EXPIRED, CANCELLED = "SB002", "SB006", "SB010"
HALT_WAIT = timedelta(seconds=2)
SETTLING = (DecisionKind.HAPPENED, DecisionKind.NOT_HAPPENED)
EXPIRED = "expired: nobody decided in time, so it was not done"

log = structlog.get_logger(__name__)


def begin(holder: Holder, *, step_id: int | None = None) -> tuple[bool, Carried | None]:
    """Claim a step (this one, where it is named) and take its right in one transaction.

    Returns whether there was one, and what to carry.

    A right that the database refuses puts the step back: frozen while halted, asked again when its grant expired.
    An effect of our own database whose right is over by now is asked about again as well. Any other error puts it back
    too, later each time, so that one step never stops the others.
    """
    held: Held | None = None
    try:
        with transaction.atomic():
            held = claim(holder) if step_id is None else take(step_id, holder)
            return held is not None, resume(held) if held else None
    except RightOutlived:
        assert held is not None
        ask_again(held)
        return True, None
    except Exception as error:
        if held is None:
            raise
        if not set_back(held, sqlstate_of(error)):
            log.exception("claim_failed", step=held.id)
            recovering.set_aside(held, error)
        return True, None


def resume(held: Held) -> Carried | None:
    """What a claimed step may do now; joins the claiming transaction, in which the run is locked next."""
    run = held.run
    if held.is_new and run.cancelled_at is None:
        return Carried(held)
    is_cancelled = advancing.lock_run(held.run_id) if held.is_cancelled is None else held.is_cancelled
    if recovering.is_poison(held):
        return Carried(held, is_poison=True)
    if held.has_intent:
        operation = Operation.objects.filter(step_id=held.id, outcome=None).latest("pk")
        return _recover(held, operation, is_cancelled=is_cancelled)
    if is_cancelled:
        return _cancelled(held, run)
    if held.kind is not StepKind.TOOL:
        return Carried(held)
    return _resume_asked(held, run)


def _cancelled(held: Held, run: Run) -> Carried | None:
    """A cancelled run goes on only to settle what nobody knows: then a person's answer is still applied."""
    standing = applying.apply(held.key) if held.kind is StepKind.TOOL else None
    if standing is not None and standing.decision is not None and standing.decision.kind in SETTLING:
        return apply(held, run, standing.decision)
    return stepping.conclude(held, Past(run, ()), End(StepStatus.CANCELLED, {"text": "the run was cancelled"}))


def _recover(held: Held, operation: Operation, *, is_cancelled: bool) -> Carried | None:
    """An intent without outcome, left by somebody else: repeated under its right, or looked into.

    Class A has not happened, because effect and outcome are one commit. A cancelled run repeats nothing: what may have
    happened outside is reconciled or parked.
    """
    if operation.effect_class == "C" or (operation.effect_class == "B" and is_cancelled):
        return Carried(held, operation, is_recovered=True, is_last=is_cancelled)
    if is_cancelled:
        Operation.objects.filter(pk=operation.pk).update(outcome=OperationOutcome.FAILED, ended_at=Now())
        return stepping.conclude(held, Past(held.run, ()), End(StepStatus.CANCELLED, {"text": "the run was cancelled"}))
    recovering.check_right(operation)
    stepping.repeat(held, operation)
    return Carried(held, operation, is_recovered=True)


def _resume_asked(held: Held, run: Run) -> Carried | None:
    """What became of the question about a tool step, if one was asked."""
    standing = applying.apply(held.key)
    if standing is None:
        return _unasked(held)
    if standing.decision is not None:
        return apply(held, run, standing.decision)
    match Status(standing.escalation.status):
        case Status.EXPIRED:
            return stepping.conclude(held, Past(run, ()), End(StepStatus.REFUSED, {"text": EXPIRED}))
        case Status.CANCELLED:
            return stepping.conclude(held, Past(run, ()), End(StepStatus.CANCELLED, {"text": "it was withdrawn"}))
        case Status.DECIDED:
            # Somebody is undoing it in this very moment; whoever wins, this step looks again. Until then the run waits.
            advancing.postpone(held, seconds=0.2)
            advancing.settle(held.run_id)
        case _:
            advancing.pause(held)
    return None


def _unasked(held: Held) -> Carried:
    """A step nobody was asked about: allowed already, or still to be put before the gate."""
    verdict = Verdict.objects.filter(origin=held.key, outcome=Outcome.ALLOW).order_by("-attempt").first()
    if verdict is None:
        return Carried(held)
    return Carried(held, stepping.intend(held, verdict=verdict))


def apply(held: Held, run: Run, decision: Decision) -> Carried | None:
    """What one decision means for the step it was about; joins the claiming transaction."""
    match DecisionKind(decision.kind):
        case DecisionKind.APPROVE | DecisionKind.EDIT:
            return freshening.use(held, run, decision)
        case DecisionKind.REPEAT:
            return Carried(held, stepping.intend(held, grant=decision.grant))
        case DecisionKind.REJECT:
            text = f"rejected: {decision.reason_code}: {decision.reason}".rstrip(": ")
            return stepping.conclude(held, Past(run, ()), End(StepStatus.REFUSED, {"text": text}))
        case DecisionKind.REVISE:
            return stepping.conclude(
                held, Past(run, ()), End(StepStatus.REFUSED, {"text": f"revise: {decision.reason}"})
            )
        case DecisionKind.ANSWER:
            return stepping.conclude(held, Past(run, ()), _answered(held, decision))
        case DecisionKind.HAPPENED | DecisionKind.NOT_HAPPENED:
            return stepping.conclude(held, Past(run, ()), _settled(held, decision))
        case DecisionKind.GIVE_BACK | DecisionKind.END_RUN:
            return returning.come_back(held, run, decision)
        case _:
            return stepping.conclude(
                held, Past(run, ()), End(StepStatus.REFUSED, {"text": f"rejected: {decision.kind}"})
            )


def _answered(held: Held, decision: Decision) -> End:
    """An answer to the agent's own question is its result; to the server's, a hint for the next proposal."""
    question = decision.evidence.value().material.question
    if question is not None and question.is_from_agent:
        return End(StepStatus.SUCCEEDED, {"result": {"answer": decision.reason}})
    path = question.argument if question else "the question"
    return End(StepStatus.REFUSED, {"text": f"answered: {path}: {decision.reason}"})


def _settled(held: Held, decision: Decision) -> End:
    """What a person knows of an effect whose answer was lost is its outcome."""
    if decision.kind == DecisionKind.HAPPENED:
        _settle(held, OperationOutcome.SUCCEEDED)
        return End(StepStatus.SUCCEEDED, {"text": f"settled by a person: it happened. {decision.reason}"})
    _settle(held, OperationOutcome.FAILED)
    return End(StepStatus.FAILED, {"text": f"settled by a person: it did not happen. {decision.reason}"})


def _settle(held: Held, outcome: OperationOutcome) -> None:
    """Settle the operation the incident was about: the latest; an earlier one stays as unknown as it was."""
    latest = Operation.objects.filter(step_id=held.id).order_by("-pk").values_list("pk", flat=True)[:1]
    Operation.objects.filter(pk__in=list(latest), outcome=OperationOutcome.UNKNOWN).update(
        outcome=outcome, ended_at=Now()
    )


def set_back(held: Held, sqlstate: str) -> bool:
    """Answer a right the database refused, in a transaction of its own; False for an error that is none of these."""
    waiting = Step.objects.filter(pk=held.id, status=StepStatus.READY)
    match sqlstate:
        case "SB002":
            waiting.update(wake_at=Now() + HALT_WAIT)
        case "SB010":
            # Cancelled between the look and the intent: claimed again, it sees the mark.
            waiting.update(wake_at=Now())
        case "SB006":
            ask_again(held)
        case _:
            return False
    return True


def ask_again(held: Held) -> None:
    """A right ran out before anything came of it: the old answer is withdrawn and the question asked anew."""
    run = Run.objects.select_related("request").get(pk=held.run_id)
    last = Verdict.objects.filter(origin=held.key).order_by("-attempt").first()
    prepared = proposing.propose(
        read(run),
        registry.find_agent(run.agent),
        origin=held.key,
        call=held.call or {},
        turn=None,
        attempt=(last.attempt if last else 0) + 1,
        is_apart=False,
    )
    with transaction.atomic():
        taken = take(held.id, held.holder)
        if taken is None:
            return
        advancing.lock_run(run.pk)
        begun = Operation.objects.filter(step_id=taken.id, outcome=None, effect_class="A")
        begun.update(outcome=OperationOutcome.FAILED, error="its right was over before it ran", ended_at=Now())
        withdrawing.withdraw([held.key])
        # Whatever the gate says today holds: it may run now, or be refused.
        following = stepping.enter(taken, Past(run, ()), asking.ask(prepared))
        if following is not None:
            advancing.postpone(following.held, seconds=0)


def sqlstate_of(error: BaseException) -> str:
    """The SQLSTATE PostgreSQL gave, empty when it gave none."""
    return getattr(error.__cause__, "sqlstate", None) or ""
