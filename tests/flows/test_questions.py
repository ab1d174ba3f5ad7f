"""Questions: a person's answer goes back to the agent, and nothing runs by it."""

import pytest

from agents.models import Operation, Run, Step
from approvals.domain.decision import DecisionKind
from approvals.domain.errors import AnswerMissing, NotOpen
from approvals.models import Escalation, Grant, Label, Verdict
from tests.flows import desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]

ASK = {"name": "ask_person", "arguments": {"question": "Which order?", "options": ["#W1", "#W2"]}}


def asked() -> Escalation:
    """One open question of the agent."""
    desk.rules()
    desk.submit(desk.turn(ASK))
    desk.work()
    return desk.only_open()


def test_an_agent_asks_one_question_with_its_options() -> None:
    question = asked()
    shown = question.evidence.value().material.question
    assert question.kind == "question"
    assert shown is not None
    assert (shown.text, [option.key for option in shown.options]) == ("Which order?", ["#W1", "#W2"])
    assert Verdict.objects.get().outcome == "ask"


def test_the_answer_is_the_tools_result_and_the_run_goes_on() -> None:
    desk.decide(asked(), DecisionKind.ANSWER, answer="#W2")
    desk.work()
    step = Step.objects.get(kind="tool")
    assert (step.status, step.output) == ("succeeded", {"result": {"answer": "#W2"}})
    assert Run.objects.get().status == "succeeded"


def test_an_answer_gives_no_right_and_no_label() -> None:
    desk.decide(asked(), DecisionKind.ANSWER, answer="neither, ask the customer")
    desk.work()
    assert Grant.objects.count() == Operation.objects.count() == Label.objects.count() == 0


@pytest.mark.parametrize("answer", ["", "   ", "x" * 5_000], ids=["nothing", "spaces", "a book"])
def test_an_answer_has_to_be_one(answer: str) -> None:
    with pytest.raises(AnswerMissing):
        desk.decide(asked(), DecisionKind.ANSWER, answer=answer)


@pytest.mark.parametrize("kind", [DecisionKind.APPROVE, DecisionKind.REJECT, DecisionKind.EDIT])
def test_a_question_cannot_be_approved(kind: DecisionKind) -> None:
    with pytest.raises(NotOpen):
        desk.decide(asked(), kind, arguments={})
