"""When two tools have answered alike, and how a difference is named."""

import pytest

from agents.domain.record import Answer
from console.management.replay.scoring import oracle
from console.management.replay.scoring.oracle import Ending

ALIKE = {
    "text": ("anna_berg_0001", "succeeded", {"result": "anna_berg_0001"}),
    "a number": ("1103.21", "succeeded", {"result": 1103.21}),
    "an object in another order": ('{"a": 1, "b": 2}', "succeeded", {"result": {"b": 2, "a": 1}}),
    "an object in a variable": ('# var_12 = {"a": 1}', "succeeded", {"result": {"a": 1}}),
    "the noise of floats": ('{"amount": 0.3499999999999943}', "succeeded", {"result": {"amount": 0.35}}),
    "an error": ("Error: user not found", "failed", {"text": "User not found."}),
    "an error about another number": (
        "Error: new item 3111466194 not found or available",
        "failed",
        {"text": "New item 1 not found or available"},
    ),
    "an error in a variable": ('# var_0 = "Error: user not found"', "failed", {"text": "User not found"}),
}


@pytest.mark.parametrize(("theirs", "status", "output"), ALIKE.values(), ids=ALIKE.keys())
def test_alike(theirs: str, status: str, output: dict[str, object]) -> None:
    assert oracle.difference(oracle.recorded(Answer(theirs, None)), oracle.ours(status, output)) == ""


DIFFERENT = {
    "a value": (Ending({"a": [{"b": 1}]}), Ending({"a": [{"b": 2}]}), "another value: a.b"),
    "a part that is missing": (Ending({"a": 1, "b": 2}), Ending({"a": 1}), "another value: b"),
    "a cent": (Ending({"amount": 0.35}), Ending({"amount": 0.36}), "another value: amount"),
    "a result for an error": (Ending(error="x"), Ending("y"), "recorded error: x, ours a result"),
    "another error": (Ending(error="x"), Ending(error="refused"), "recorded error: x, ours error: refused"),
    "something else": (Ending("x"), Ending(["x"]), "another value: all of it"),
}


@pytest.mark.parametrize(("theirs", "mine", "name"), DIFFERENT.values(), ids=DIFFERENT.keys())
def test_a_difference_has_a_name(theirs: Ending, mine: Ending, name: str) -> None:
    assert oracle.difference(theirs, mine) == name


def test_what_a_gate_or_a_person_stopped_is_an_error_of_that_name() -> None:
    text = "refused: The arguments do not fit the tool: city: '' is too short"
    assert oracle.ours("refused", {"text": text}) == Ending(error="refused")
