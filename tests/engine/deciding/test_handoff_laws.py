"""While a person has a conversation nothing of its run begins: the database's laws, tried as its application."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db.models.functions import Now

from agents.domain.run import StepStatus
from agents.engine.queue import claiming
from agents.models import Operation, Run, Step
from approvals.domain.errors import NotHeld
from approvals.domain.escalation import Kind
from approvals.models import Escalation, Message, Verdict
from tests import cast
from tests.engine import rows
from tests.engine.deciding import handed
from tests.engine.refusals import DENIED, execute, refused
from tests.flows import desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]
OTHER = {
    "name": "cancel_pending_order",
    "arguments": {"order_id": desk.OTHER_PENDING, "reason": "ordered by mistake"},
}


def handoff_on(bench: rows.Bench) -> Escalation:
    """An open handoff about another step of the same run, held by Mara."""
    asked = rows.escalation(bench)
    other = Step.objects.create(
        run=bench.run, tenant_id=1, position=2, kind="tool", name="cancel", status="waiting", call={}
    )
    verdict = rows.verdict(bench, outcome="ask", origin=other.key)
    evidence = asked.evidence.__class__.objects.create(verdict=verdict, document=bytes(asked.evidence.document))
    return Escalation.objects.create(
        tenant_id=1,
        verdict=verdict,
        evidence=evidence,
        origin=other.key,
        run_key=bench.run.key,
        kind=Kind.HANDOFF,
        title="Hand over",
        agent="tester",
        tool="cancel",
        risk="irreversible",
        stopped_by="rule",
        due_at=Now() + timedelta(minutes=5),
        undo_seconds=0,
        claimed_by=cast.mara(),
        claimed_until=Now() + timedelta(minutes=5),
    )


def operation(bench: rows.Bench, verdict: Verdict) -> Operation:
    """An effect of the bench's own step, by a verdict that allowed it."""
    return Operation.objects.create(
        step=bench.step,
        origin=bench.step.key,
        epoch=1,
        tool="cancel",
        effect_class="A",
        payload=bench.proposed.payload,
        verdict=verdict,
        verdict_outcome="allow",
    )


def message(of: Escalation, **fields: Any) -> Message:
    """A message written by hand."""
    values = {"escalation": of, "run_key": of.run_key, "by": cast.mara(), "key": uuid4(), "text": "Hello"}
    return Message.objects.create(**values | fields)


def test_no_operation_of_the_run_starts_and_those_of_others_do() -> None:
    bench, other = rows.bench(), rows.bench()
    allowed, others = rows.verdict(bench, outcome="allow"), rows.verdict(other, outcome="allow")
    handoff_on(bench)
    with refused("SB002"):
        operation(bench, allowed)
    assert operation(other, others).pk


def test_nothing_starts_in_the_time_to_undo_either_and_everything_may_once_it_is_applied() -> None:
    bench = rows.bench()
    allowed, handoff = rows.verdict(bench, outcome="allow"), handoff_on(bench)
    rows.decision(handoff, cast.mara(), kind="give_back")
    with refused("SB002"):
        operation(bench, allowed)
    execute("UPDATE approvals_escalation SET status = 'applied', version = 3 WHERE id = %s", [handoff.pk])
    assert operation(bench, allowed).pk


def test_an_effect_that_had_begun_is_not_repeated() -> None:
    bench = rows.bench()
    begun = operation(bench, rows.verdict(bench, outcome="allow"))
    handoff_on(bench)
    execute("UPDATE agents_step SET epoch = 2 WHERE id = %s", [bench.step.pk])
    with refused("SB002"):
        Operation.objects.filter(pk=begun.pk).update(epoch=2)


def test_no_step_of_the_run_begins_and_those_of_others_do() -> None:
    mine, other = rows.bench(), rows.bench()
    handoff_on(mine)
    Step.objects.filter(pk__in=[mine.step.pk, other.step.pk]).update(status="ready", worker=None)
    worker = desk.worker()
    taken = claiming.claim(worker)
    assert taken is not None
    assert taken.id == other.step.pk
    assert claiming.claim(worker) is None
    mine.step.refresh_from_db()
    assert (mine.step.status, mine.step.epoch, mine.step.worker_id) == (StepStatus.WAITING, 1, None)


def test_a_step_is_not_inserted_as_begun() -> None:
    bench = rows.bench()
    handoff_on(bench)
    step = Step.objects.create(
        run=bench.run,
        tenant_id=1,
        position=3,
        kind="model",
        name="turn",
        status="running",
        epoch=1,
        worker=bench.step.worker,
    )
    step.refresh_from_db()
    assert (step.status, step.epoch) == (StepStatus.READY, 0)


def test_another_call_that_was_approved_meanwhile_waits_and_runs_once_it_is_given_back() -> None:
    desk.rules()
    run = desk.submit(desk.turn(desk.CANCEL, OTHER), handed.BYE)
    desk.work()
    first, second = Escalation.objects.filter(status="open").order_by("pk")
    handoff = handed.reloaded(handed.take(first))
    desk.decide(second)
    desk.work()
    assert handed.step_of(second).status == StepStatus.WAITING
    assert Operation.objects.filter(outcome=None).count() == 0
    handed.give_back(handoff)
    desk.work()
    assert handed.step_of(second).status == StepStatus.SUCCEEDED
    assert handed.step_of(first).status == StepStatus.REFUSED
    assert Run.objects.get(pk=run.pk).status == "succeeded"


def test_two_calls_that_were_both_handed_over_come_back_in_any_order_and_one_person_speaks() -> None:
    desk.rules()
    run = desk.submit(desk.turn(desk.CANCEL, OTHER), handed.BYE)
    desk.work()
    one, other = Escalation.objects.filter(status="open").order_by("pk")
    first, second = handed.reloaded(handed.take(one)), handed.reloaded(handed.take(other, by=cast.kai()))
    with pytest.raises(NotHeld):
        handed.write(second, "And Kai", by=cast.kai())
    handed.give_back(first)
    desk.work()
    handed.give_back(second, by=cast.kai())
    desk.work()
    assert {handed.step_of(one).status for one in (first, second)} == {StepStatus.REFUSED}
    assert Run.objects.get(pk=run.pk).status == "succeeded"


def test_taking_over_without_a_handoff_is_no_decision() -> None:
    with refused("SB009"):
        rows.decision(rows.escalation(rows.bench()), cast.mara(), kind="take_over")
        execute("SELECT 1")


@pytest.mark.parametrize("kind", ["approve", "reject", "answer", "take_over"])
def test_a_handoff_is_given_back_or_ended(kind: str) -> None:
    with refused("SB009"):
        rows.decision(handoff_on(rows.bench()), cast.mara(), kind=kind)


def test_a_handoff_never_expires() -> None:
    handoff = handoff_on(rows.bench())
    execute("UPDATE approvals_escalation SET due_at = statement_timestamp() WHERE id = %s", [handoff.pk])
    with refused("SB009"):
        execute("UPDATE approvals_escalation SET status = 'expired', version = 2 WHERE id = %s", [handoff.pk])


def test_a_message_is_written_by_who_holds_the_conversation() -> None:
    handoff = handoff_on(rows.bench())
    assert message(handoff).pk
    with refused("SB015"):
        message(handoff, by=cast.kai())
    Escalation.objects.filter(pk=handoff.pk).update(claimed_until=Now())
    with refused("SB015"):
        message(handoff)


def test_who_may_not_decide_writes_nothing_even_when_they_hold_it() -> None:
    handoff = handoff_on(rows.bench())
    Escalation.objects.filter(pk=handoff.pk).update(claimed_by=cast.otto())
    with refused("SB011"):
        message(handoff, by=cast.otto())


def test_a_message_stands_in_an_open_handoff_of_its_own_run() -> None:
    handoff, approval = handoff_on(rows.bench()), rows.escalation(rows.bench())
    with refused("SB009"):
        message(approval)
    with refused("SB009"):
        message(handoff, run_key=uuid4())
    rows.decision(handoff, cast.mara(), kind="give_back")
    with refused("SB009"):
        message(handoff, by=None)


@pytest.mark.parametrize("statement", ["UPDATE approvals_message SET text = 'x'", "DELETE FROM approvals_message"])
def test_what_was_said_stays(statement: str) -> None:
    message(handoff_on(rows.bench()))
    with refused(DENIED):
        execute(statement)
