"""A recorded run becomes turns that the engine lets both speakers take."""

import json
from pathlib import Path
from typing import Any

import pytest

from agents.domain import record
from agents.domain.record import Answer, NoRecord, Record, Said
from tests.flows.replay import folder
from tests.flows.replay.folder import agent, answer, call, thought, user

REAL = record.folder()
needs_real = pytest.mark.skipif(
    not (REAL / "trajectories.jsonl.gz").exists(), reason=f"the recorded runs are not there ({REAL})"
)


def parsed(*steps: dict[str, Any]) -> Record:
    """A record of these steps."""
    numbered = [{"index": index, **step} for index, step in enumerate(steps)]
    names = {"id": "a", "source": "b", "domain": "c", "task_id": "d", "steps": numbered}
    return record.parse(json.dumps(names).encode())


def test_reasoning_and_words_before_a_call_belong_to_its_turn() -> None:
    found = parsed(user("Go."), thought("I must look."), agent("One moment."), call("x", "look", at="it"))
    assert found.agent == (Said("One moment.", "I must look.", "3", "look", {"at": "it"}),)


def test_calls_made_side_by_side_are_made_one_after_the_other() -> None:
    found = parsed(user("Go."), thought("Both."), call("x", "a"), call("y", "b"), answer("x", "1"), answer("y", "2"))
    assert [(said.call_id, said.why) for said in found.agent] == [("2", "Both."), ("3", "Both.")]
    assert found.answers == {"2": Answer("1", None), "3": Answer("2", None)}


def test_a_call_after_an_answer_has_reasons_of_its_own() -> None:
    found = parsed(user("Go."), thought("First."), call("x", "a"), answer("x", "1"), call("y", "b"))
    assert [said.why for said in found.agent] == ["First.", ""]


def test_an_id_that_is_used_again_belongs_to_the_latest_call() -> None:
    found = parsed(user("Go."), call("x", "a"), answer("x", "1"), call("x", "b"), answer("x", "2"))
    assert found.answers == {"1": Answer("1", None), "3": Answer("2", None)}


SPEAKING = {
    "in turns": ((user("a"), agent("b"), user("c"), agent("d")), ("b", "d"), ("a", "c")),
    "the agent first": ((agent("a"), user("b")), ("a",), ("", "b")),
    "the customer twice": ((user("a"), user("b"), agent("c")), ("c",), ("a\n\nb",)),
    "the agent twice": ((user("a"), agent("b"), agent("c")), ("b\n\nc",), ("a",)),
    "after a result": ((user("a"), call("x", "y"), answer("x", "z"), user("b")), ("", ""), ("a", "b")),
    "nobody": ((), (), ()),
}


@pytest.mark.parametrize(("steps", "agents", "customers"), SPEAKING.values(), ids=SPEAKING.keys())
def test_speakers_alternate(steps: Any, agents: tuple[str, ...], customers: tuple[str, ...]) -> None:
    found = parsed(*steps)
    assert tuple(said.text for said in found.agent) == agents
    assert found.customer == customers


def test_a_record_that_is_not_there_any_more_is_not_read(made_up: Path) -> None:
    assert record.read(made_up, 1, "bank/injected").line == 1
    with pytest.raises(NoRecord):
        record.read(made_up, 1, "bank/benign")
    with pytest.raises(NoRecord):
        record.read(made_up, 99, "bank/benign")


def test_what_a_run_is_scored_by_is_not_in_a_record() -> None:
    run = folder.runs()[0]
    blind = {name: value for name, value in run.items() if name not in ("outcome", "user_goal")}
    assert record.parse(json.dumps(run).encode()) == record.parse(json.dumps(blind).encode())


@needs_real
def test_no_call_and_no_answer_of_the_real_runs_is_lost() -> None:
    lines = record.lines_of(REAL / "trajectories.jsonl.gz")
    counts = [_counts(record.parse(line), json.loads(line)["steps"]) for line in lines]
    assert [pair for pair in counts if pair[0] != pair[1]] == []


def _counts(found: Record, steps: list[dict[str, Any]]) -> tuple[tuple[int, int], tuple[int, int]]:
    kinds = [step["kind"] for step in steps]
    return (len(found.calls), len(found.answers)), (kinds.count("tool_call"), kinds.count("tool_result"))
