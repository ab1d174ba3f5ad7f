"""No gate can know how a recorded run is scored: without labels, outcomes and goals it says the same, byte for byte."""

import random
from pathlib import Path
from typing import Any

import pytest

from console.management.replay.expert import Review
from tests.flows.replay import folder
from tests.flows.replay.conftest import Play

SCORED_BY = ("outcome", "user_goal")


def without() -> dict[str, Any]:
    """The folder with nothing left to score by."""
    kept = [{name: value for name, value in run.items() if name not in SCORED_BY} for run in folder.runs()]
    return {"records": kept, "judged": []}


def shuffled() -> dict[str, Any]:
    """The folder with everything to score by at some other run."""
    runs, judged = folder.runs(), folder.labels()
    others = random.Random(7).sample(runs, len(runs))
    mixed = [{**run, **{name: other[name] for name in SCORED_BY}} for run, other in zip(runs, others, strict=True)]
    sayings = random.Random(7).sample([one["label"] for one in judged], len(judged))
    return {"records": mixed, "judged": [{**one, "label": said} for one, said in zip(judged, sayings, strict=True)]}


@pytest.mark.parametrize("changed", [without, shuffled])
@pytest.mark.parametrize("review", [Review.APPROVE, Review.NONE])
def test_verdicts_are_the_same_byte_for_byte(
    play: Play, made_up: Path, tmp_path: Path, changed: Any, review: Review
) -> None:
    other = folder.write(tmp_path / "other", **changed())
    assert play(made_up, review).verdicts == play(other, review).verdicts


def test_figures_that_need_labels_are_empty_without_them(play: Play, tmp_path: Path) -> None:
    report = play(folder.write(tmp_path / "other", **without()), Review.APPROVE).report
    judged = ("ask_precision", "wrong_writes_executed", "wrong_writes_caught", "right_writes_blocked")
    assert [report[name] for name in judged] == [None] * 4
    assert report["actions"] == 14


def test_a_request_carries_a_pointer_and_nothing_else(play: Play, made_up: Path) -> None:
    bodies = play(made_up, Review.APPROVE).bodies
    assert [sorted(body["scenario"]) for body in bodies] == [["id", "line"]] * 9
