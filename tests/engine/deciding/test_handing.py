"""A person takes the conversation of a run, speaks in it, and gives it back or ends the run."""

from uuid import uuid4

import pytest
from django.db import transaction
from django.db.models.functions import Now

from agents.domain.run import RunStatus, StepStatus
from agents.engine import cancelling
from agents.engine.context.history import read
from agents.models import Operation, Step
from approvals.domain.decision import DecisionKind
from approvals.domain.errors import (
    AlreadyDecided,
    InstructionsMissing,
    MessageMissing,
    NotAllowedToDecide,
    NotHeld,
    NotOpen,
    ReasonMissing,
    TooLate,
)
from approvals.domain.escalation import Kind, Status
from approvals.inbox import expiring, undoing
from approvals.inbox.claiming import claim, conversing, release
from approvals.models import AuditEntry, Decision, Escalation, Grant, Label, Ruleset
from tests import cast
from tests.engine.deciding import handed
from tests.flows import desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


def test_taking_over_leaves_a_decision_a_handoff_held_by_the_person_and_no_right() -> None:
    run, asked = handed.waiting()
    handoff = handed.take(asked)
    asked.refresh_from_db()
    assert (asked.status, asked.decision.kind, asked.decision.by) == (Status.SUPERSEDED, "take_over", cast.mara())
    assert (handoff.kind, handoff.status, handoff.supersedes_id) == (Kind.HANDOFF, Status.OPEN, asked.pk)
    assert handed.reloaded(handoff).claimed_by == cast.mara()
    assert (Grant.objects.count(), Label.objects.count()) == (0, 0)
    assert AuditEntry.objects.filter(verb="conversation.take", by=cast.mara()).count() == 1
    assert desk.work() == 0
    assert desk.order_status(run) == "pending"


def test_who_comes_second_learns_that_it_was_decided() -> None:
    _, asked = handed.waiting()
    seen = handed.reloaded(asked)
    handed.take(asked)
    with pytest.raises(AlreadyDecided), transaction.atomic():
        handed.take(seen, by=cast.kai())
    assert Escalation.objects.filter(kind=Kind.HANDOFF).count() == 1


def test_the_agent_goes_on_from_exactly_there_and_reads_everything() -> None:
    run, handoff = handed.taken(handed.BYE)
    handed.write(handoff, "This is Mara. Would an exchange do?")
    last = conversing.messages(handoff.origin)[-1]
    conversing.answer(handoff, last=last, key=uuid4(), text="Yes, in blue.")
    handed.give_back(handoff, "Offer the blue one.")
    desk.work()
    run.refresh_from_db()
    assert run.status == RunStatus.SUCCEEDED
    assert handed.step_of(handoff).status == StepStatus.REFUSED
    lines = [(line.role, line.text) for line in read(run).lines()]
    told = "handed back: Mara had the conversation and gives it back: Offer the blue one."
    place = lines.index(("tool", told))
    assert lines[place + 1 :] == [
        ("person", "This is Mara. Would an exchange do?"),
        ("customer", "Yes, in blue."),
        ("agent", "I am done."),
    ]
    assert [(one.role, one.name) for one in read(run).conversation()[-3:]] == [
        ("person", "Mara"),
        ("customer", ""),
        ("agent", ""),
    ]
    assert not Operation.objects.filter(tool="cancel_pending_order").exists()


def test_ending_the_run_does_nothing_of_it_and_says_who_and_why() -> None:
    run, handoff = handed.taken(desk.turn(desk.CANCEL))
    handed.end(handoff)
    desk.work()
    run.refresh_from_db()
    assert (run.status, desk.order_status(run)) == (RunStatus.CANCELLED, "pending")
    entry = AuditEntry.objects.get(verb="run.cancel")
    assert (entry.by, entry.details["reason"]) == (cast.mara(), "Settled by phone.")
    assert not Step.objects.filter(run=run, status__in=["ready", "waiting", "pending", "running"]).exists()


def test_a_raced_give_back_leaves_one_and_tells_the_other() -> None:
    _, handoff = handed.taken()
    seen = handed.reloaded(handoff)
    handed.give_back(handoff)
    with pytest.raises(AlreadyDecided):
        handed.give_back(seen, by=cast.kai())
    assert Decision.objects.filter(kind=DecisionKind.GIVE_BACK).count() == 1


@pytest.mark.parametrize("text", ["", " \u200b ", "x" * 4_001], ids=["nothing", "nothing to see", "too much"])
def test_a_message_says_something_a_user_can_read(text: str) -> None:
    _, handoff = handed.taken()
    with pytest.raises(MessageMissing):
        handed.write(handoff, text)


def test_the_agent_is_told_something_and_an_end_has_a_reason() -> None:
    _, handoff = handed.taken()
    with pytest.raises(InstructionsMissing):
        handed.give_back(handoff, " ")
    with pytest.raises(ReasonMissing):
        handed.end(handoff, "\u200b")


def test_one_form_sends_one_message() -> None:
    _, handoff = handed.taken()
    key = handoff.origin
    sent = [conversing.send(handoff, by=cast.mara(), key=key, text="Hello") for _ in range(2)]
    assert sent == [True, False]
    assert len(conversing.messages(handoff.origin)) == 1


def test_only_who_has_the_conversation_speaks() -> None:
    _, handoff = handed.taken()
    with pytest.raises(NotHeld):
        handed.write(handoff, "I as well", by=cast.kai())
    release(handoff, by=cast.mara())
    assert handed.write(handoff, "Now it is me", by=cast.kai())
    with pytest.raises(NotHeld):
        handed.write(handoff, "And me")
    with pytest.raises(NotAllowedToDecide):
        handed.write(handoff, "And me", by=cast.otto())


def test_nothing_is_said_behind_the_decision() -> None:
    _, handoff = handed.taken(undo_seconds=10)
    seen = handed.reloaded(handoff)
    handed.write(handoff, "Hello")
    last = conversing.messages(handoff.origin)[-1]
    handed.give_back(handed.reloaded(handoff))
    with pytest.raises(NotOpen):
        handed.write(seen, "One more thing")
    assert not conversing.answer(seen, last=last, key=seen.origin, text="Hi")


def test_an_answer_to_what_is_no_longer_the_last_word_is_none() -> None:
    _, handoff = handed.taken()
    handed.write(handoff, "One")
    first = conversing.messages(handoff.origin)[-1]
    handed.write(handoff, "Two")
    assert not conversing.answer(handoff, last=first, key=handoff.origin, text="To one")


def test_a_draft_is_kept_for_each_person_until_it_is_sent() -> None:
    _, handoff = handed.taken()
    conversing.save_draft(handoff, by=cast.mara(), text="Dear")
    conversing.save_draft(handoff, by=cast.mara(), text="Dear Yusuf")
    conversing.save_draft(handoff, by=cast.kai(), text="His own")
    drafts = [conversing.draft_of(handoff, by=one) for one in (cast.mara(), cast.kai(), cast.ada())]
    assert drafts == ["Dear Yusuf", "His own", ""]
    handed.write(handoff, "Dear Yusuf, hello")
    assert [conversing.draft_of(handoff, by=one) for one in (cast.mara(), cast.kai())] == ["", "His own"]


def test_a_handoff_whose_time_is_over_stays_for_somebody_else() -> None:
    run, handoff = handed.taken()
    Escalation.objects.filter(pk=handoff.pk).update(due_at=Now())
    assert expiring.expire_due() == 0
    handoff = handed.reloaded(handoff)
    assert handoff.status == Status.OPEN
    release(handoff, by=cast.mara())
    assert claim(handoff, by=cast.kai())
    handed.give_back(handoff, by=cast.kai())
    desk.work()
    run.refresh_from_db()
    assert run.status == RunStatus.SUCCEEDED


def test_giving_back_can_be_undone_and_keeps_what_was_said() -> None:
    run, handoff = handed.taken(undo_seconds=10)
    handed.write(handoff, "Hello")
    handed.give_back(handed.reloaded(handoff))
    again = undoing.undo(handed.reloaded(handoff), by=cast.mara())
    assert (again.kind, again.status) == (Kind.HANDOFF, Status.OPEN)
    assert handed.write(again, "Still me")
    assert [one.text for one in conversing.messages(again.origin)] == ["Hello", "Still me"]
    assert desk.work() == 0
    assert run.status != RunStatus.SUCCEEDED


def test_taking_over_cannot_be_undone_because_it_is_given_back() -> None:
    _, asked = handed.waiting(undo_seconds=10)
    handed.take(asked)
    with pytest.raises(TooLate):
        undoing.undo(handed.reloaded(asked), by=cast.mara())


def test_cancelling_the_run_ends_the_handoff() -> None:
    run, handoff = handed.taken()
    assert cancelling.cancel(run, by=cast.ada())
    assert handed.reloaded(handoff).status == Status.CANCELLED
    with pytest.raises(NotOpen):
        handed.write(handoff, "Hello?")


def rules() -> None:
    """The request for a person asks, and hands over."""
    Ruleset.objects.create(
        tenant_id=1,
        version=1,
        status="live",
        document=b"""
version: 1
name: tests
triggers: [person, legal]
decide: {minutes: 60, undo_seconds: 0, hand_over: [person]}
""",
    )


WANTS_PERSON = f"Please let me talk to a human. It is about {desk.PENDING}, ordered by mistake, please cancel"


def test_a_request_for_a_person_hands_the_conversation_over() -> None:
    rules()
    run = desk.submit(desk.turn(desk.CANCEL), message=WANTS_PERSON)
    desk.work()
    handoff = desk.only_open()
    assert (handoff.kind, handoff.claimed_by) == (Kind.HANDOFF, None)
    assert desk.order_status(run) == "pending"


def test_what_was_given_back_is_asked_about_and_not_handed_over_again() -> None:
    rules()
    desk.submit(desk.turn(desk.CANCEL), desk.turn(desk.CANCEL), message=WANTS_PERSON)
    desk.work()
    handed.give_back(desk.only_open(), "Go on, I have spoken with them.")
    desk.work()
    assert desk.only_open().kind == Kind.APPROVAL


def test_a_trigger_that_is_not_named_asks_about_the_call() -> None:
    rules()
    desk.submit(desk.turn(desk.CANCEL), message=f"I will call my lawyer. Please cancel {desk.PENDING}, by mistake")
    desk.work()
    assert desk.only_open().kind == Kind.APPROVAL


@pytest.mark.parametrize("kind", ["approve", "reject", "take_over", "answer", "happened"])
def test_a_handoff_is_given_back_or_ended_and_nothing_else(kind: str) -> None:
    _, handoff = handed.taken()
    with pytest.raises(NotOpen):
        desk.decide(handoff, DecisionKind(kind))
