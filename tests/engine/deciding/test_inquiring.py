"""The agent is asked back: it answers in words, nothing is decided, and nothing it calls is made."""

from uuid import uuid4

import pytest
from django.db.models.functions import Now

from agents import tasks
from agents.domain.turn import ModelRequest, Turn
from agents.llm import gateway
from agents.models import Operation, Step
from approvals.domain.errors import InstructionsMissing, NotAllowedToDecide, NotOpen, StillAsking
from approvals.inbox.claiming import claim, inquiring
from approvals.models import Escalation, Inquiry, Verdict
from tests import cast
from tests.engine import rows
from tests.engine.deciding import handed
from tests.engine.refusals import DENIED, execute, refused
from tests.flows import desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]
WHY = "Why this order?"


def ask(escalation: Escalation, question: str = WHY) -> None:
    """Mara asks the agent."""
    inquiring.ask(escalation, by=cast.mara(), key=uuid4(), question=question)


def test_it_answers_within_a_sweep_and_the_escalation_stays_where_and_whose_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, escalation = handed.waiting()
    monkeypatch.setattr(gateway, "complete", answering)
    claim(escalation, by=cast.mara())
    before = Escalation.objects.values("version", "status", "due_at", "claimed_by").get(pk=escalation.pk)
    counted = (Step.objects.count(), Verdict.objects.count())
    ask(escalation)
    tasks.sweep()
    inquiry = Inquiry.objects.get()
    assert (inquiry.answer, inquiry.by) == ("I was asked: Why this order?", cast.mara())
    assert Escalation.objects.values("version", "status", "due_at", "claimed_by").get(pk=escalation.pk) == before
    assert (Step.objects.count(), Verdict.objects.count()) == counted
    assert not Operation.objects.filter(tool="cancel_pending_order").exists()


def answering(request: ModelRequest) -> Turn:
    """A model that answers, was given no tools, and tries to make a call all the same."""
    assert request.tools == ()
    return Turn(text=f"I was asked: {request.inquiry}", calls=({"call_id": "x", "tool": "cancel", "arguments": {}},))  # type: ignore[arg-type]


def test_the_next_question_waits_for_the_answer() -> None:
    _, escalation = handed.waiting()
    ask(escalation)
    with pytest.raises(StillAsking):
        ask(escalation, "And why now?")
    tasks.sweep()
    ask(escalation, "And why now?")
    assert [one.question for one in inquiring.inquiries(escalation)] == [WHY, "And why now?"]


def test_one_form_asks_once() -> None:
    _, escalation = handed.waiting()
    key = uuid4()
    inquiring.ask(escalation, by=cast.mara(), key=key, question=WHY)
    inquiring.ask(escalation, by=cast.mara(), key=key, question=WHY)
    assert Inquiry.objects.count() == 1


def test_a_model_that_fails_leaves_no_answer_and_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(request: ModelRequest) -> Turn:
        raise RuntimeError(request.model)

    _, escalation = handed.waiting()
    monkeypatch.setattr(gateway, "complete", fails)
    ask(escalation)
    tasks.sweep()
    inquiry = Inquiry.objects.get()
    assert (inquiry.answer, inquiry.answered_at is None) == ("", False)
    assert inquiring.take(["desk"]) is None


def test_a_question_is_taken_by_one_worker() -> None:
    _, escalation = handed.waiting()
    ask(escalation)
    assert inquiring.take(["desk"]) is not None
    assert inquiring.take(["desk"]) is None


def test_what_is_decided_meanwhile_gets_no_answer() -> None:
    _, escalation = handed.waiting()
    ask(escalation)
    inquiry = inquiring.take(["desk"])
    desk.decide(escalation)
    assert inquiry is not None
    assert not inquiring.answer(inquiry, "Too late")
    with pytest.raises(NotOpen):
        ask(handed.reloaded(escalation))


@pytest.mark.parametrize("question", ["", "\u200b", "x" * 1_001])
def test_a_question_says_something(question: str) -> None:
    _, escalation = handed.waiting()
    with pytest.raises(InstructionsMissing):
        ask(escalation, question)


def test_who_may_not_decide_asks_nothing() -> None:
    _, escalation = handed.waiting()
    with pytest.raises(NotAllowedToDecide):
        inquiring.ask(escalation, by=cast.otto(), key=uuid4(), question=WHY)
    with refused("SB011"):
        Inquiry.objects.create(escalation=escalation, by=cast.otto(), key=uuid4(), question=WHY)


def test_a_question_and_its_answer_stay() -> None:
    made = Inquiry.objects.create(escalation=rows.escalation(rows.bench()), by=cast.mara(), key=uuid4(), question=WHY)
    with refused(DENIED):
        execute("UPDATE approvals_inquiry SET question = 'x'")
    Inquiry.objects.filter(pk=made.pk).update(answer="So", answered_at=Now())
    with refused("SB008"):
        Inquiry.objects.filter(pk=made.pk).update(answer="Otherwise")
