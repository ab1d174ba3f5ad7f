"""Go on from exactly where a person was asked: what a decision, an expiry or an undo means for a step."""

from datetime import timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models.functions import Now

from agents.domain.run import OperationOutcome, RunStatus, StepStatus
from agents.engine import advancing, proposing, stepping, waking
from agents.engine.advancing import End
from agents.engine.claiming import Held, claim
from agents.engine.history import read
from agents.engine.stepping import Carried
from agents.guards.leases import Holder
from agents.models import Operation, Run, Step
from agents.tools import registry
from approvals.domain.decision import DecisionKind
from approvals.domain.escalation import Kind
from approvals.domain.verdict import Outcome
from approvals.inbox import applying, asking, withdrawing
from approvals.inbox.applying import Standing
from approvals.models import Decision, Verdict
from approvals.signals import decided, expired, undone

HALTED, GRANT_EXPIRED, CANCELLED = "SB002", "SB006", "SB010"
HALT_WAIT = timedelta(seconds=2)


def connect() -> None:
    """Listen to approvals; called once when the app is ready."""
    decided.connect(on_decided, dispatch_uid="agents.decided")
    undone.connect(on_undone, dispatch_uid="agents.undone")
    expired.connect(on_expired, dispatch_uid="agents.expired")


def on_decided(*, decision: Decision, **_: Any) -> None:
    """Make the waiting step due when the window ends; in the deciding transaction."""
    Step.objects.filter(key=decision.origin, status=StepStatus.WAITING).update(
        status=StepStatus.READY, wake_at=decision.undo_until, ready_at=Now()
    )
    if decision.undo_until <= decision.decided_at:
        waking.wake_after_commit()


def on_undone(*, escalation: Any, **_: Any) -> None:
    """Let the step wait again; it cannot have been claimed, because its time had not come."""
    Step.objects.filter(key=escalation.origin, status=StepStatus.READY).update(status=StepStatus.WAITING)


def on_expired(*, escalations: list[Any], **_: Any) -> None:
    """Make the waiting steps due now; they end refused."""
    origins = [escalation.origin for escalation in escalations]
    Step.objects.filter(key__in=origins, status=StepStatus.WAITING).update(
        status=StepStatus.READY, wake_at=Now(), ready_at=Now()
    )
    waking.wake_after_commit()


def begin(holder: Holder) -> tuple[bool, Carried | None]:
    """Claim a step and take its right in one transaction: (whether there was one, what to carry).

    A right that the database refuses puts the step back: frozen while halted, asked again when its grant expired.
    """
    held: Held | None = None
    try:
        with transaction.atomic():
            held = claim(holder)
            return held is not None, resume(held) if held else None
    except DatabaseError as error:
        if held is None or not set_back(held, sqlstate_of(error)):
            raise
        return True, None


def resume(held: Held) -> Carried | None:
    """What a claimed step may do now; joins the claiming transaction."""
    run = Run.objects.select_related("request").get(pk=held.run_id)
    if run.status != RunStatus.RUNNING:
        Run.objects.filter(pk=run.pk, status__in=[RunStatus.QUEUED, RunStatus.WAITING]).update(status=RunStatus.RUNNING)
    if run.cancelled_at is not None:
        return stepping.conclude(held, run, End(StepStatus.CANCELLED, {"text": "the run was cancelled"}))
    if held.kind != "tool":
        return Carried(held)
    operation = Operation.objects.filter(step_id=held.id, outcome=None).order_by("-pk").first()
    if operation is not None:
        return Carried(held, operation, is_recovered=True)
    standing = applying.apply(held.key)
    if standing is None:
        return _unasked(held)
    if standing.decision is not None:
        return apply(held, run, standing.decision)
    if standing.is_expired:
        return stepping.conclude(held, run, _expired(standing))
    # Still open, or undone at the last moment: it goes on waiting.
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
        case DecisionKind.APPROVE | DecisionKind.EDIT | DecisionKind.REPEAT:
            return Carried(held, stepping.intend(held, grant=decision.grant))
        case DecisionKind.REJECT:
            text = f"rejected: {decision.reason_code}: {decision.reason}".rstrip(": ")
            return stepping.conclude(held, run, End(StepStatus.REFUSED, {"text": text}))
        case DecisionKind.HAPPENED:
            _settle(held, OperationOutcome.SUCCEEDED)
            text = f"settled by a person: it happened. {decision.reason}"
            return stepping.conclude(held, run, End(StepStatus.SUCCEEDED, {"text": text}))
        case DecisionKind.NOT_HAPPENED:
            _settle(held, OperationOutcome.FAILED)
            text = f"settled by a person: it did not happen. {decision.reason}"
            return stepping.conclude(held, run, End(StepStatus.FAILED, {"text": text}))
        case _:
            return stepping.conclude(held, run, End(StepStatus.REFUSED, {"text": f"rejected: {decision.kind}"}))


def _settle(held: Held, outcome: OperationOutcome) -> None:
    Operation.objects.filter(step_id=held.id, outcome=OperationOutcome.UNKNOWN).update(outcome=outcome, ended_at=Now())


def _expired(standing: Standing) -> End:
    if standing.escalation.kind == Kind.INCIDENT:
        return End(StepStatus.FAILED, {"text": "unknown: nobody settled whether it happened"})
    return End(StepStatus.REFUSED, {"text": "expired: nobody decided in time, so it was not done"})


def set_back(held: Held, sqlstate: str) -> bool:
    """Answer a right the database refused, in a transaction of its own; False for an error that is none of these."""
    waiting = Step.objects.filter(pk=held.id, status=StepStatus.READY)
    match sqlstate:
        case "SB002":
            waiting.update(wake_at=Now() + HALT_WAIT)
        case "SB010":
            waiting.update(status=StepStatus.CANCELLED, ended_at=Now())
        case "SB006":
            ask_again(held)
        case _:
            return False
    return True


def ask_again(held: Held) -> None:
    """A grant ran out before it was used: the old answer is withdrawn and the question asked anew."""
    run = Run.objects.select_related("request").get(pk=held.run_id)
    last = Verdict.objects.filter(origin=held.key).order_by("-attempt").first()
    prepared = proposing.propose(
        read(run),
        registry.find_agent(run.agent),
        origin=held.key,
        call=held.call or {},
        turn=None,
        attempt=(last.attempt if last else 0) + 1,
    )
    with transaction.atomic():
        withdrawing.withdraw([held.key])
        if Step.objects.filter(pk=held.id, status=StepStatus.READY).update(status=StepStatus.WAITING):
            asking.ask(prepared)


def sqlstate_of(error: BaseException) -> str:
    """The SQLSTATE PostgreSQL gave, empty when it gave none."""
    return getattr(error.__cause__, "sqlstate", None) or ""
