"""From a proposal to its effect through a person, with the real engine on a database of its own."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now

from agents.engine import cancelling
from agents.models import Operation, Run, Step
from approvals.domain.decision import DecisionKind
from approvals.domain.errors import (
    ApprovalError,
    NotAllowedToDecide,
    NotOpen,
    ReasonMissing,
    StaleEvidence,
    TooLate,
    TypedFactWrong,
)
from approvals.inbox import expiring, undoing
from approvals.models import Decision, Escalation, Grant, Label, Verdict
from tests import cast
from tests.flows import desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


def status_of(run: Run) -> str:
    run.refresh_from_db()
    return run.status


def test_reads_run_by_themselves_and_a_write_waits() -> None:
    run = desk.submit(desk.turn(desk.READ), desk.turn(desk.CANCEL))
    desk.work()
    assert status_of(run) == "waiting"
    assert [v.outcome for v in Verdict.objects.order_by("id")] == ["allow", "ask"]
    assert desk.only_open().title == f"Cancel order {desk.PENDING}"
    assert desk.order_status(run) == "pending"
    assert Operation.objects.get().tool == "get_order_details"


def test_an_approval_runs_the_action_once_and_the_run_goes_on() -> None:
    desk.rules()
    run = desk.submit(desk.turn(desk.CANCEL))
    desk.work()
    desk.decide(desk.only_open())
    desk.work()
    assert desk.order_status(run) == "cancelled"
    assert status_of(run) == "succeeded"
    operation = Operation.objects.get()
    assert operation.outcome == "succeeded"
    assert operation.grant is not None
    assert operation.grant.used_at is not None
    assert Escalation.objects.get().status == "applied"


def test_what_ran_is_what_was_shown_and_judged() -> None:
    desk.rules()
    desk.submit(desk.turn(desk.CANCEL))
    desk.work()
    shown = desk.only_open().evidence.value().payload_sha256
    desk.decide(desk.only_open())
    desk.work()
    operation, verdict = Operation.objects.get(), Verdict.objects.get()
    assert bytes(operation.payload_sha256).hex() == shown == bytes(verdict.payload_sha256).hex()
    assert bytes(Decision.objects.get().evidence_sha256) == bytes(Escalation.objects.get().evidence.sha256)


def test_a_rejection_changes_nothing_and_tells_the_agent_why() -> None:
    desk.rules()
    run = desk.submit(desk.turn(desk.CANCEL))
    desk.work()
    desk.decide(desk.only_open(), DecisionKind.REJECT, reason="another order")
    desk.work()
    assert desk.order_status(run) == "pending"
    assert Operation.objects.count() == Grant.objects.count() == 0
    step = Step.objects.get(kind="tool")
    assert (step.status, step.output) == ("refused", {"text": "rejected: wrong_arguments: another order"})
    assert status_of(run) == "succeeded"


def test_nothing_runs_before_the_window_ends() -> None:
    desk.rules(undo_seconds=10)
    run = desk.submit(desk.turn(desk.CANCEL))
    desk.work()
    desk.decide(desk.only_open())
    assert desk.work() == 0
    assert desk.order_status(run) == "pending"
    assert Step.objects.get(kind="tool").status == "ready"


def test_undo_voids_the_right_and_asks_again_with_the_same_evidence() -> None:
    desk.rules(undo_seconds=10)
    desk.submit(desk.turn(desk.CANCEL))
    desk.work()
    first = desk.only_open()
    desk.decide(first)
    second = undoing.undo(first, by=cast.mara())
    assert desk.work() == 0
    assert Grant.objects.get().voided_at is not None
    assert (second.status, second.supersedes_id, second.evidence_id) == ("open", first.pk, first.evidence_id)
    assert Step.objects.get(kind="tool").status == "waiting"
    assert [label.teaching for label in Label.objects.order_by("id")] == ["right", "withdrawn"]


def test_after_an_undo_the_second_answer_counts() -> None:
    desk.rules(undo_seconds=2)
    run = desk.submit(desk.turn(desk.CANCEL))
    desk.work()
    first = desk.only_open()
    desk.decide(first)
    undoing.undo(first, by=cast.mara())
    desk.decide(desk.only_open(), DecisionKind.REJECT)
    pass_window()
    desk.work()
    assert desk.order_status(run) == "pending"
    assert status_of(run) == "succeeded"
    assert [label.teaching for label in Label.objects.filter(superseded_by=None)] == ["wrong"]


def pass_window() -> None:
    """Wait until the database says that no window is open."""
    left = "greatest(0, extract(epoch FROM max(undo_until) - clock_timestamp()))"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_sleep({left}) FROM approvals_escalation")


def test_undo_after_the_window_is_too_late() -> None:
    desk.rules(undo_seconds=0)
    desk.submit(desk.turn(desk.CANCEL))
    desk.work()
    first = desk.only_open()
    desk.decide(first)
    with pytest.raises(TooLate):
        undoing.undo(first, by=cast.mara())


def test_only_who_decided_or_an_admin_can_undo() -> None:
    desk.rules(undo_seconds=10)
    desk.submit(desk.turn(desk.CANCEL))
    desk.work()
    first = desk.only_open()
    desk.decide(first)
    with pytest.raises(NotAllowedToDecide):
        undoing.undo(first, by=cast.kai())
    assert undoing.undo(first, by=cast.ada()).status == "open"


def asked() -> Escalation:
    """One open approval of an irreversible action."""
    desk.rules()
    desk.submit(desk.turn(desk.CANCEL))
    desk.work()
    return desk.only_open()


BAD: dict[str, tuple[type[ApprovalError], DecisionKind, dict[str, Any]]] = {
    "nothing typed": (TypedFactWrong, DecisionKind.APPROVE, {"typed": ""}),
    "the wrong fact": (TypedFactWrong, DecisionKind.APPROVE, {"typed": "1564.54"}),
    "an old version": (StaleEvidence, DecisionKind.APPROVE, {"version": 0}),
    "other evidence": (StaleEvidence, DecisionKind.APPROVE, {"evidence_sha256": "0" * 64}),
    "a rejection without reason": (ReasonMissing, DecisionKind.REJECT, {"reason_code": ""}),
    "another reason, unsaid": (ReasonMissing, DecisionKind.REJECT, {"reason_code": "other"}),
    "an answer to no question": (NotOpen, DecisionKind.ANSWER, {}),
    "an incident's answer": (NotOpen, DecisionKind.REPEAT, {"reason": "again"}),
}


@pytest.mark.parametrize(("error", "kind", "fields"), BAD.values(), ids=BAD.keys())
def test_a_decision_is_refused_with(error: type[ApprovalError], kind: DecisionKind, fields: dict[str, Any]) -> None:
    escalation = asked()
    with pytest.raises(error):
        desk.decide(escalation, kind, **fields)
    assert Decision.objects.count() == Label.objects.count() == 0
    assert desk.only_open().pk == escalation.pk


def test_an_auditor_cannot_decide() -> None:
    escalation = asked()
    with pytest.raises(NotAllowedToDecide):
        desk.decide(escalation, by=cast.otto())


def overdue() -> Escalation:
    """An open approval whose time has just run out; made so by the owner of the clock, the database."""
    escalation = asked()
    Escalation.objects.filter(pk=escalation.pk).update(due_at=Now() + timedelta(milliseconds=1))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.01)")
    return escalation


def test_a_deadline_refuses_and_the_run_goes_on() -> None:
    overdue()
    assert expiring.expire_due() == 1
    desk.work()
    run = Run.objects.get()
    assert (run.status, desk.order_status(run)) == ("succeeded", "pending")
    step = Step.objects.get(kind="tool")
    assert step.status == "refused"
    assert "expired" in str(step.output)


def test_a_decision_after_the_deadline_is_refused_even_before_the_sweep() -> None:
    escalation = overdue()
    with pytest.raises(NotOpen):
        desk.decide(escalation)


def test_a_cancelled_run_starts_no_effect_though_it_was_approved() -> None:
    escalation = asked()
    desk.decide(escalation)
    run = Run.objects.get()
    assert cancelling.cancel(run, by=cast.ada())
    desk.work()
    assert desk.order_status(run) == "pending"
    assert status_of(run) == "cancelled"
    assert Grant.objects.get().voided_at is not None
    assert Escalation.objects.get().status == "cancelled"


def test_a_decision_on_a_cancelled_run_is_refused() -> None:
    escalation = asked()
    cancelling.cancel(Run.objects.get(), by=cast.ada())
    with pytest.raises(NotOpen):
        desk.decide(escalation)


def test_an_unknown_tool_asks_and_can_never_run() -> None:
    desk.rules()
    run = desk.submit(desk.turn({"name": "wipe_disk", "arguments": {}}))
    desk.work()
    desk.decide(desk.only_open())
    desk.work()
    assert status_of(run) == "succeeded"
    assert Step.objects.get(kind="tool").status == "failed"


def test_arguments_outside_the_schema_are_refused_without_asking() -> None:
    run = desk.submit(desk.turn({"name": "cancel_pending_order", "arguments": {"order_id": 7, "extra": 1}}))
    desk.work()
    assert status_of(run) == "succeeded"
    assert Step.objects.get(kind="tool").status == "refused"
    assert Escalation.objects.count() == 0


def test_each_decision_leaves_one_label_with_its_score() -> None:
    escalation = asked()
    desk.decide(escalation)
    label = Label.objects.get()
    assert (label.teaching, label.source, label.verdict_id) == ("right", "review", escalation.verdict_id)
    assert label.verdict.score is not None
