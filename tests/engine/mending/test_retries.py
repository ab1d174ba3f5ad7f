"""What follows a failure is chosen by the class of its error."""

import pytest
from django.db.models import F
from django.db.models.functions import Now

from agents.domain import retry
from agents.models import Letter, Operation, Run, Step
from approvals.models import Escalation
from tests.engine.mending import faulty
from tests.engine.mending.faulty import FAILURES

pytestmark = pytest.mark.django_db

LATE = {"fails": "timeout"}
"""A turn in which the model does not answer in time."""


def status(run: Run) -> str:
    """Where the run stands now."""
    run.refresh_from_db()
    return run.status


@pytest.mark.parametrize("failure", ["unknown", "unavailable", "odd"])
@pytest.mark.parametrize("tool", ["look_up", "change"])
def test_what_may_pass_is_tried_again_under_the_same_key(tool: str, failure: str) -> None:
    faulty.answers += [FAILURES[failure](), FAILURES[failure]()]
    run = faulty.submit(tool)
    faulty.work(times=3)
    assert (status(run), len(faulty.asked), len(set(faulty.asked))) == ("succeeded", 3, 1)
    assert Operation.objects.get().outcome == "succeeded"


@pytest.mark.parametrize("tool", ["look_up", "change", "change_once"])
def test_what_was_declined_is_never_tried_again(tool: str) -> None:
    faulty.answers += [FAILURES["refused"]()]
    run = faulty.submit(tool)
    faulty.work(times=3)
    assert (status(run), len(faulty.asked)) == ("succeeded", 1)
    assert (Step.objects.get().status, Operation.objects.get().outcome) == ("failed", "failed")


def test_a_read_that_never_answers_fails_and_is_nobodys_question() -> None:
    faulty.answers += [FAILURES["unknown"]() for _ in range(9)]
    faulty.submit("look_up")
    faulty.work(times=5)
    assert len(faulty.asked) == 3
    assert Step.objects.get().output == {"text": "no answer (attempt 3): the connection broke."}
    assert not Escalation.objects.exists()


def test_a_write_that_never_answers_is_a_persons_question() -> None:
    faulty.answers += [FAILURES["unknown"]() for _ in range(9)]
    run = faulty.submit("change")
    faulty.work(times=5)
    assert (status(run), len(faulty.asked), Operation.objects.get().outcome) == ("waiting", 3, "unknown")
    assert Escalation.objects.get().kind == "incident"


def test_a_write_that_certainly_did_nothing_fails_and_asks_nobody() -> None:
    faulty.answers += [FAILURES["unavailable"]() for _ in range(9)]
    run = faulty.submit("change")
    faulty.work(times=5)
    assert (status(run), len(faulty.asked), Operation.objects.get().outcome) == ("succeeded", 3, "failed")
    assert Step.objects.get().output == {"text": "not done, nothing happened: HTTP 503"}


def test_one_lost_answer_among_those_that_did_nothing_is_enough_to_ask() -> None:
    faulty.answers += [FAILURES[name]() for name in ("unavailable", "unknown", "unavailable")]
    faulty.submit("change")
    faulty.work(times=5)
    assert Operation.objects.get().outcome == "unknown"


def test_a_call_without_a_key_is_sent_once() -> None:
    faulty.answers += [FAILURES["unavailable"]()]
    faulty.submit("change_once")
    faulty.work(times=3)
    assert (len(faulty.asked), Operation.objects.get().outcome) == (1, "failed")


def test_a_read_falls_back_and_says_so() -> None:
    faulty.answers += [FAILURES["unknown"]() for _ in range(9)]
    faulty.submit("look_up_or_recall")
    faulty.work(times=5)
    output = Step.objects.get().output or {}
    assert (output["result"], len(faulty.asked)) == ("kept 1", 3)
    assert "did not answer" in output["fallback"]


def test_a_server_that_says_when_is_left_alone_until_then() -> None:
    faulty.answers += [FAILURES["told to wait"]()]
    faulty.submit("look_up")
    faulty.work_once()
    waiting = Step.objects.annotate(wait=F("wake_at") - Now()).get()
    assert 18 <= waiting.wait.total_seconds() <= 21


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
@pytest.mark.parametrize(("failures", "most"), [(1, 1.0), (2, 2.0), (3, 4.0), (40, 30.0)])
def test_a_wait_is_drawn_from_zero_to_an_exponential_that_is_capped(failures: int, most: float, chance: float) -> None:
    assert retry.wait_before(failures, chance=chance) == pytest.approx(most * chance)


@pytest.mark.parametrize(("asked", "waits"), [(None, 0.0), (5.0, 5.0), (86_400.0, 60.0), (-3.0, 0.0)])
def test_what_a_server_asks_for_is_waited_up_to_a_minute(asked: float | None, waits: float) -> None:
    assert retry.wait_before(1, asked_seconds=asked, chance=0.0) == waits


@pytest.mark.parametrize("kind", ["timeout", "rate_limited", "server", "connection"])
def test_a_model_that_may_answer_later_is_asked_three_times(kind: str) -> None:
    run = faulty.speak({"fails": kind})
    faulty.work(times=6)
    letter = Letter.objects.get()
    assert (status(run), letter.cause, letter.subject, letter.attempts) == ("waiting", "no answer", "scripted", 3)


def test_a_model_that_declines_is_asked_once() -> None:
    letter = faulty.dead()
    assert (letter.cause, letter.attempts, letter.step.status) == ("declined", 1, "waiting")


def test_a_model_is_told_what_was_wrong_with_its_answer() -> None:
    run = faulty.speak({"fails": "bad_output", "corrects": True, "text": "Now it is right.", "is_final": True})
    faulty.work()
    assert (status(run), (run.result or {})["text"]) == ("succeeded", "Now it is right.")


def test_a_model_that_is_not_corrected_by_it_is_a_dead_letter() -> None:
    faulty.speak({"fails": "bad_output"})
    faulty.work()
    assert Letter.objects.get().cause == "bad output"


def test_another_model_answers_and_the_turn_says_so() -> None:
    run = faulty.speak({"text": "I can.", "is_final": True}, agent="speaker with another model")
    faulty.work()
    assert status(run) == "succeeded"
    assert (run.result or {})["fallback"].startswith("scripted: answered instead of nobody:")
