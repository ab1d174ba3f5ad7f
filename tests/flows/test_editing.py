"""Edit, revise and freshness: what was changed runs as it was changed, and only in the world it was approved for."""

from typing import Any

import pytest

from agents.domain.tool import Call
from agents.models import Operation, Run, Step
from agents.tools.samples.retail.tools.orders import modify_pending_order_address
from approvals.domain.decision import DecisionKind
from approvals.domain.errors import BadEdit, InstructionsMissing, StaleEvidence, TypedFactWrong
from approvals.inbox import editing
from approvals.models import Decision, Escalation, Evidence, Grant, Label, Verdict
from tests import cast
from tests.flows import desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]

OTHER_REASON = {"order_id": desk.PENDING, "reason": "no longer needed"}


def asked() -> Escalation:
    """One open approval of a cancellation."""
    desk.rules()
    desk.submit(desk.turn(desk.CANCEL))
    desk.work()
    return desk.only_open()


def examined(escalation: Escalation, arguments: dict[str, Any]) -> editing.Examined:
    """What the screen shows before an edit is approved."""
    return editing.examine(escalation, escalation.evidence.value(), arguments)


def edit(escalation: Escalation, arguments: dict[str, Any], **fields: Any) -> Decision:
    """Mara approves with changes, as an honest form sends it."""
    shown = examined(escalation, arguments)
    fact = shown.preview.typed_fact
    values = {
        "arguments": arguments,
        "payload_sha256": shown.action.digest,
        "typed": fact.value if fact else "",
    }
    return desk.decide(escalation, DecisionKind.EDIT, **{**values, **fields})


def test_an_edited_action_runs_as_edited() -> None:
    escalation = asked()
    edit(escalation, OTHER_REASON)
    desk.work()
    operation = Operation.objects.get()
    assert b"no longer needed" in bytes(operation.payload)
    assert operation.outcome == "succeeded"
    assert Run.objects.get().status == "succeeded"


def test_an_edit_is_a_label_against_the_proposal_and_keeps_what_was_shown() -> None:
    escalation = asked()
    decision = edit(escalation, OTHER_REASON)
    label = Label.objects.get()
    assert (label.teaching, label.material) == ("wrong", True)
    assert Evidence.objects.order_by("-id")[0].value().payload_sha256 == bytes(decision.payload_sha256).hex()


def test_an_edit_without_material_change_speaks_for_the_proposal() -> None:
    escalation = asked()
    edit(escalation, OTHER_REASON, is_material=False)
    label = Label.objects.get()
    assert (label.teaching, label.material) == ("right", False)


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "a value outside its list": ({**OTHER_REASON, "reason": "I feel like it"}, "reason"),
    "a value of another type": ({**OTHER_REASON, "order_id": 7}, "order_id"),
    "an unknown argument": ({**OTHER_REASON, "force": True}, ""),
    "a missing argument": ({"order_id": desk.PENDING}, ""),
    "no change at all": (dict(desk.CANCEL["arguments"]), ""),
    "what JSON cannot say": ({**OTHER_REASON, "reason": "\ud800"}, ""),
}


@pytest.mark.parametrize(("arguments", "path"), BAD.values(), ids=BAD.keys())
def test_an_edit_is_refused_with(arguments: dict[str, Any], path: str) -> None:
    escalation = asked()
    with pytest.raises(BadEdit) as caught:
        examined(escalation, arguments)
    assert path in caught.value.problems


def test_a_person_cannot_edit_past_a_rule_that_refuses() -> None:
    rule = """{name: never-this-reason, tools: [cancel_pending_order], outcome: refuse,
               sentence: Not for this reason., when: 'args.reason == "no longer needed"'}"""
    desk.rules(rule=rule)
    desk.submit(desk.turn(desk.CANCEL))
    desk.work()
    with pytest.raises(BadEdit, match="Not for this reason"):
        examined(desk.only_open(), OTHER_REASON)


def test_bytes_that_were_not_on_the_screen_are_not_approved() -> None:
    escalation = asked()
    with pytest.raises(StaleEvidence):
        edit(escalation, OTHER_REASON, payload_sha256="0" * 64)
    assert Decision.objects.count() == 0


def test_the_typed_fact_of_the_edited_case_is_asked() -> None:
    escalation = asked()
    with pytest.raises(TypedFactWrong):
        edit(escalation, OTHER_REASON, typed="1")


def test_a_revision_needs_instructions() -> None:
    with pytest.raises(InstructionsMissing):
        desk.decide(asked(), DecisionKind.REVISE, reason=" ")


def test_a_revised_proposal_returns_to_the_same_person_with_the_difference() -> None:
    desk.rules()
    again = {"name": "cancel_pending_order", "arguments": OTHER_REASON}
    desk.submit(desk.turn(desk.CANCEL), desk.turn(again))
    desk.work()
    first = desk.only_open()
    desk.decide(first, DecisionKind.REVISE, reason="say that it is no longer needed")
    desk.work()
    second = desk.only_open()
    material = second.evidence.value().material
    assert (second.revises_id, second.claimed_by_id) == (first.pk, cast.mara().pk)
    assert material.instructions == "say that it is no longer needed"
    assert material.before_revision == desk.CANCEL["arguments"]
    assert Step.objects.get(key=first.origin).output == {"text": "revise: say that it is no longer needed"}
    assert Label.objects.get().teaching == "wrong"


def sent_back(*turns: dict[str, Any]) -> tuple[Escalation, Escalation]:
    """A cancellation that Mara sent back ten minutes before it was due, and what the agent came back with."""
    desk.rules()
    desk.submit(desk.turn(desk.CANCEL), *turns)
    desk.work()
    first = desk.only_open()
    desk.decide(first, DecisionKind.REVISE, reason="ask which order is meant")
    desk.work()
    return first, desk.only_open()


ASK = {"name": "ask_person", "arguments": {"question": "Which order?", "options": ["#W1", "#W2"]}}
OTHER_CALL = {
    "name": "modify_user_address",
    "arguments": {
        "user_id": "sofia_li_9219",
        "address1": "1 Elm",
        "address2": "",
        "city": "Austin",
        "state": "TX",
        "country": "USA",
        "zip": "78701",
    },
}


@pytest.mark.parametrize("call", [ASK, OTHER_CALL], ids=["a question", "another call"])
def test_what_comes_back_as_something_else_is_of_the_same_matter(call: dict[str, Any]) -> None:
    first, second = sent_back(desk.turn(call))
    material = second.evidence.value().material
    assert (second.revises_id, second.claimed_by_id) == (first.pk, cast.mara().pk)
    assert (material.instructions, material.before_revision) == ("ask which order is meant", None)


def test_what_comes_back_is_due_no_later_than_what_was_sent_back() -> None:
    first, second = sent_back(desk.turn(ASK))
    assert second.due_at == first.due_at


def test_the_call_after_a_question_in_between_still_answers_the_instructions() -> None:
    first, question = sent_back(desk.turn(ASK), desk.turn({**desk.CANCEL, "arguments": OTHER_REASON}))
    desk.decide(question, DecisionKind.ANSWER, answer="#W1")
    desk.work()
    third = desk.only_open()
    assert (question.revises_id, third.revises_id) == (first.pk, question.pk)
    assert third.evidence.value().material.before_revision == desk.CANCEL["arguments"]


def test_a_call_after_a_rejection_is_of_no_earlier_matter() -> None:
    desk.rules()
    desk.submit(desk.turn(desk.CANCEL), desk.turn(OTHER_CALL))
    desk.work()
    desk.decide(desk.only_open(), DecisionKind.REJECT)
    desk.work()
    assert desk.only_open().revises_id is None


def move_the_world() -> None:
    """Somebody else changes the delivery address of the order after it was approved."""
    run = Run.objects.get()
    address = {"address1": "1 Elm", "address2": "", "city": "Austin", "state": "TX", "country": "USA", "zip": "78701"}
    modify_pending_order_address(Call(run_key=run.key, operation_key="other"), order_id=desk.PENDING, **address)


def test_a_moved_world_voids_the_grant_and_asks_again() -> None:
    first = asked()
    desk.decide(first)
    move_the_world()
    desk.work()
    second = desk.only_open()
    returned = second.evidence.value().material.returned
    assert Grant.objects.get().voided_at is not None
    assert second.supersedes_id == first.pk
    assert returned is not None
    assert returned.entities == (f"order {desk.PENDING}",)
    assert any(row.now is not None and "1 Elm" in row.now for row in returned.rows)
    assert Operation.objects.count() == 0
    assert [verdict.attempt for verdict in Verdict.objects.order_by("id")] == [1, 2]


def test_an_edit_is_as_fresh_as_what_was_shown_for_it() -> None:
    edit(asked(), OTHER_REASON)
    move_the_world()
    desk.work()
    returned = desk.only_open().evidence.value().material.returned
    assert returned is not None
    assert returned.entities == (f"order {desk.PENDING}",)
    assert Operation.objects.count() == 0


def test_an_edit_that_names_another_thing_runs_in_an_unmoved_world() -> None:
    arguments = {"order_id": desk.OTHER_PENDING, "reason": "no longer needed"}
    decision = edit(asked(), arguments)
    assert decision.approved.value().material.title == f"Cancel order {desk.OTHER_PENDING}"
    desk.work()
    assert Operation.objects.get().outcome == "succeeded"


def test_what_came_back_runs_once_when_it_is_approved_again() -> None:
    desk.decide(asked())
    move_the_world()
    desk.work()
    desk.decide(desk.only_open())
    desk.work()
    assert Operation.objects.get().outcome == "succeeded"
    assert desk.order_status(Run.objects.get()) == "cancelled"
