"""Figures of a replay, counted by hand."""

from uuid import UUID, uuid4

import pytest

from approvals.domain.verdict import Outcome
from console.management.replay.expert import Expert, Label, Review, draw
from console.management.replay.scoring.figures import Action, Part
from console.management.replay.scoring.quality import aurc

RIGHT = Label("correct", is_write=True, changed_state=True)
WRONG = Label("incorrect", is_write=True, changed_state=True)
FAILED = Label("incorrect", is_write=True, changed_state=False)


def act(outcome: Outcome, label: Label, *, run: UUID | None = None, is_handoff: bool = False, **more: float) -> Action:
    """A write; what runs takes effect, and a right one that is asked does so by a person."""
    is_asked = outcome is not Outcome.ALLOW
    return Action(
        outcome=outcome,
        is_write=not is_handoff,
        is_handoff=is_handoff,
        took_effect=not is_asked or label.is_right,
        was_asked=is_asked and label.is_right,
        label=label,
        run=run or uuid4(),
        is_counted=True,
        **more,
    )


def figures(*actions: Action, needing: dict[UUID, bool] | None = None) -> dict[str, float | None]:
    return Part(1, 1, 0.0, actions, has_labels=True, attacked=frozenset(), needing=needing or {}).figures()


def test_hand_offs_are_left_out_of_the_writes() -> None:
    asked = [act(Outcome.ASK, WRONG), act(Outcome.CONFIRM, FAILED), act(Outcome.ASK, RIGHT)]
    found = figures(*asked, act(Outcome.ALLOW, RIGHT), act(Outcome.ASK, WRONG, is_handoff=True))
    assert (found["writes_asked"], found["write_ask_precision"]) == (3, 0.6667)


def test_a_reviewer_who_errs_lets_wrong_ones_through_and_stops_right_ones() -> None:
    asked = [act(Outcome.ASK, label, draw=at) for label in (WRONG, RIGHT, FAILED) for at in (0.01, 0.10, 0.5)]
    found = figures(*asked, act(Outcome.ALLOW, WRONG, draw=0.9))
    assert (found["wrong_writes_executed"], found["wrong_writes_done_at_5"], found["wrong_writes_done_at_15"]) == (
        1,
        2,
        3,
    )
    assert (found["right_writes_lost_at_5"], found["right_writes_lost_at_15"]) == (1, 2)


def test_the_draws_are_those_of_a_reviewer_who_really_errs() -> None:
    expert = Expert(Review.TRUTH, {}, 0.15, 3)
    for index in map(str, range(50)):
        assert expert._errs("run", index) is (draw(3, "run", index) < 0.15)


def test_who_needed_a_person_and_who_was_handed_over_for_nothing() -> None:
    met, missed, asked, handed, left = (uuid4() for _ in range(5))
    found = figures(
        act(Outcome.ALLOW, RIGHT, run=met, is_handoff=True),
        act(Outcome.ALLOW, RIGHT, run=missed),
        act(Outcome.ASK, RIGHT, run=asked),
        act(Outcome.ALLOW, WRONG, run=handed, is_handoff=True),
        act(Outcome.ASK, WRONG, run=left, is_handoff=True),
        needing={met: True, missed: True, asked: True, handed: False, left: False},
    )
    assert (found["needing_runs"], found["needing_runs_met"]) == (3, 2)
    assert (found["other_runs"], found["other_runs_handed_over"]) == (2, 1)


CURVES = {
    "nothing": ([], None),
    "all right": ([(0.5, False), (0.9, False)], 0.0),
    "all wrong": ([(0.5, True), (None, True)], 1.0),
    "the wrong one last": ([(0.9, False), (0.1, True)], 0.25),
    "the wrong one first": ([(0.1, False), (0.9, True)], 0.75),
    "equal scores, any order": ([(0.5, False), (0.5, True)], 0.5),
    "no score is the lowest": ([(None, True), (0.0, False)], 0.25),
}


@pytest.mark.parametrize(("scored", "area"), CURVES.values(), ids=CURVES)
def test_the_area_is(scored: list[tuple[float | None, bool]], area: float | None) -> None:
    assert aurc(scored) == area
