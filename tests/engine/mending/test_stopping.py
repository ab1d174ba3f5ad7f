"""No run goes on for ever: it returns what it has, marked and listed, or fails where it is dangerous."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from agents.models import Run, Step, Stop
from approvals.domain.decision import DecisionKind
from approvals.models import Escalation, Ruleset
from tests.engine.mending import faulty
from tests.flows import desk

pytestmark = pytest.mark.django_db


def call(n: int, tool: str = "look_up") -> dict[str, Any]:
    """A turn that makes one call."""
    return {"text": f"step {n}", "calls": [{"tool": tool, "arguments": {"n": n}}]}


def stop_of(run: Run) -> tuple[str, str]:
    """How the run ended, and why."""
    run.refresh_from_db()
    return run.status, Stop.objects.get(run=run).kind


def test_so_many_steps_for_one_message_and_no_more() -> None:
    run = faulty.speak(*(call(n) for n in range(40)))
    faulty.work()
    assert stop_of(run) == ("succeeded", "steps")
    assert (run.result or {})["unfinished"] == "19 steps for one message of the user, at most 20"
    assert Step.objects.count() == 19
    assert len(faulty.asked) == 9


def test_the_same_call_twice_in_a_row_is_not_made_twice() -> None:
    run = faulty.speak(call(1), call(1), call(1))
    faulty.work()
    assert stop_of(run) == ("succeeded", "repetition")
    assert ((run.result or {})["text"], len(faulty.asked)) == ("step 1", 1)


def test_who_is_told_and_does_something_else_goes_on() -> None:
    other = {"text": "I have it.", "is_final": True}
    run = faulty.speak(call(1), {**call(1), "corrected": other})
    faulty.work()
    run.refresh_from_db()
    assert (run.status, (run.result or {})["text"]) == ("succeeded", "I have it.")
    assert not Stop.objects.exists()


def test_two_calls_in_turns_end_the_run() -> None:
    run = faulty.speak(call(1), call(2), call(1), call(2))
    faulty.work()
    assert (stop_of(run), len(faulty.asked)) == (("succeeded", "repetition"), 3)


def refusing() -> None:
    """Rules that refuse every change."""
    Ruleset.objects.update(status="retired")
    document = """
version: 2
name: no changes
routes: [{name: all, auto_threshold: 0.0}]
weights: {grounding: 1, tool_choice: null, arguments: null}
rules: [{name: none, tools: [change], outcome: refuse, sentence: "Nothing is changed here."}]
"""
    Ruleset.objects.create(tenant_id=1, version=2, document=document.encode(), status="live")


def test_who_asks_a_third_time_for_what_the_rules_refuse_fails() -> None:
    refusing()
    change = call(1, "change")
    run = faulty.speak(change, call(1), change, call(2), change)
    faulty.work()
    assert stop_of(run) == ("failed", "unsafe")
    assert (run.result or {})["text"].startswith("stopped: change was refused 2 times")


def test_who_tries_one_thing_after_the_other_against_the_rules_fails() -> None:
    refusing()
    run = faulty.speak(*(call(n, "change") for n in range(1, 9)))
    faulty.work()
    assert (stop_of(run), faulty.asked) == (("failed", "unsafe"), [])


def test_arguments_that_do_not_fit_are_a_mistake_and_no_attempt() -> None:
    wrong = [{"calls": [{"tool": "change", "arguments": {"m": n}}]} for n in range(6)]
    run = faulty.speak(*wrong, {"text": "I cannot.", "is_final": True})
    faulty.work()
    run.refresh_from_db()
    assert (run.status, Stop.objects.count()) == ("succeeded", 0)


def test_what_a_person_rejected_twice_is_not_asked_a_third_time() -> None:
    Ruleset.objects.update(status="retired")
    asks = b"version: 2\nname: asks\ndecide: {minutes: 60, undo_seconds: 0}\n"
    Ruleset.objects.create(tenant_id=1, version=2, document=asks, status="live")
    change = call(1, "change")
    run = faulty.speak(change, call(1), change, call(2), change)
    for _ in range(2):
        faulty.work()
        for asked in Escalation.objects.select_related("evidence", "verdict").filter(status="open", tool="change"):
            desk.decide(asked, DecisionKind.REJECT)
    faulty.work(times=3)
    assert stop_of(run) == ("failed", "unsafe")
    assert Escalation.objects.filter(tool="change").count() == 2


def test_a_stop_is_never_rewritten() -> None:
    faulty.speak(call(1), call(1))
    faulty.work()
    for statement in ("UPDATE agents_stop SET kind = 'turns'", "DELETE FROM agents_stop"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_an_agent_that_nobody_watches_says_what_was_recorded() -> None:
    run = faulty.speak(call(1), call(1), agent="unwatched")
    faulty.work()
    run.refresh_from_db()
    assert (run.status, len(faulty.asked), Stop.objects.count()) == ("succeeded", 2, 0)
