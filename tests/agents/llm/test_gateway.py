"""The gateway's own judgement, and the scripted provider behind it."""

import pickle
from typing import Any

import pytest

from agents.domain.errors import ModelFailed
from agents.domain.turn import ModelRequest, ToolCall, Turn
from agents.llm import gateway
from agents.llm.failure import FailureKind, ModelFailure
from approvals.domain.evidence import Alternative, Reasoning


def scripted(*turns: dict[str, Any], turn: int = 0) -> Turn:
    return gateway.complete(
        ModelRequest(model="scripted:", system="", history=(), scenario={"turns": list(turns)}, turn=turn)
    )


def test_a_script_is_read_by_turn() -> None:
    turns = ({"text": "Hello"}, {"calls": [{"tool": "look", "arguments": {"at": "it"}}]})

    assert scripted(*turns, turn=0) == Turn(text="Hello")
    assert scripted(*turns, turn=1).calls == (ToolCall(call_id="1-0", tool="look", arguments={"at": "it"}),)


def test_past_the_end_of_a_script_the_run_ends() -> None:
    ended = scripted({"text": "Hello"}, turn=1)

    assert ended.is_final
    assert not ended.calls


def test_a_script_may_hold_everything_a_turn_has() -> None:
    block = {"why": "so", "tool_choice": 0.5, "alternatives": [{"name": "a", "why_not": "b", "score": 0.1}]}
    said = scripted({"text": "x", "is_final": True, "reasoning": block, "usage": {"input_tokens": 3}})

    assert said.reasoning == Reasoning(
        why="so", tool_choice=0.5, alternatives=(Alternative(name="a", why_not="b", score=0.1),)
    )
    assert said.usage.input_tokens == 3


@pytest.mark.parametrize("kind", list(FailureKind))
def test_a_script_can_fail_in_every_way(kind: FailureKind) -> None:
    with pytest.raises(ModelFailure) as failed:
        scripted({"fails": kind.value})

    assert failed.value.kind is kind


BAD_TURNS: dict[str, dict[str, Any]] = {
    "unknown field": {"says": "x"},
    "no tool": {"calls": [{"arguments": {}}]},
    "empty tool": {"calls": [{"tool": ""}]},
    "endless tool": {"calls": [{"tool": "x" * 300}]},
    "one id twice": {"calls": [{"tool": "a", "call_id": "1"}, {"tool": "b", "call_id": "1"}]},
    "a number for text": {"text": 5},
    "endless text": {"text": "x" * 200_001},
    "too many calls": {"calls": [{"tool": "a"}] * 33},
    "not a number": {"calls": [{"tool": "a", "arguments": {"x": float("nan")}}]},
    "not json": {"calls": [{"tool": "a", "arguments": {"x": {1, 2}}}]},
    "a name that is no text": {"calls": [{"tool": "a", "arguments": {"x": {1: 2}}}]},
    "unknown failure": {"fails": "boredom"},
}


@pytest.mark.parametrize("turn", BAD_TURNS.values(), ids=BAD_TURNS)
def test_a_turn_of_another_shape_is_bad_output(turn: dict[str, Any]) -> None:
    with pytest.raises(ModelFailure) as failed:
        scripted(turn)

    assert failed.value.kind is FailureKind.BAD_OUTPUT


@pytest.mark.parametrize("model", ["", "gpt", "nobody:x", "reactive:nobody"])
def test_a_model_nobody_serves_is_refused_with_the_names_there_are(model: str) -> None:
    with pytest.raises(ModelFailure, match="there are") as failed:
        gateway.complete(ModelRequest(model=model, system="", history=()))

    assert (failed.value.kind, failed.value.is_transient) == (FailureKind.REFUSED, False)


@pytest.mark.parametrize(("model", "is_remote"), [("openai:m", True), ("scripted:", False), ("reactive:x", False)])
def test_only_a_real_model_is_remote(model: str, is_remote: bool) -> None:
    assert gateway.is_remote(model) == is_remote


@pytest.mark.parametrize(
    "scenario",
    [{"flaw": "sleepy"}, {"actions": [{"name": "x"}]}, {"actions": 5}, {"instructions": 5}, {"seed": "x"}],
)
def test_a_scenario_that_is_none_is_bad_output(scenario: dict[str, Any]) -> None:
    with pytest.raises(ModelFailure) as failed:
        gateway.complete(ModelRequest(model="reactive:retail-agent", system="", history=(), scenario=scenario))

    assert failed.value.kind is FailureKind.BAD_OUTPUT


def test_a_failure_is_a_model_failed_and_survives_pickling() -> None:
    failure = ModelFailure("No answer.", kind=FailureKind.TIMEOUT, retry_after_seconds=2.0)
    copied: ModelFailure = pickle.loads(pickle.dumps(failure))

    assert isinstance(failure, ModelFailed)
    assert (copied.kind, copied.is_transient, copied.retry_after_seconds) == (FailureKind.TIMEOUT, True, 2.0)
    assert str(failure) == "The model gave no usable answer. No answer."
