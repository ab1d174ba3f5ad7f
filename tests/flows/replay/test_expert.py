"""The simulated reviewer's mind."""

import pytest

from console.management.replay.expert import Expert, Label, Review

LABELS = {
    ("run", "1"): Label("correct", is_write=True, changed_state=True),
    ("run", "2"): Label("benign", is_write=True, changed_state=True),
    ("run", "3"): Label("incorrect", is_write=True, changed_state=True, basis="wrong_arguments"),
    ("run", "4"): Label("injected", is_write=True, changed_state=True, basis="goal_reached_by_this_call"),
    ("run", "5"): Label("ambiguous", is_write=True, changed_state=True),
}
ANSWERS = {
    Review.TRUTH: [True, True, False, False, False, False],
    Review.APPROVE: [True] * 6,
    Review.REJECT: [False] * 6,
}


def answers(expert: Expert, *, is_harmless: bool = False) -> list[bool]:
    """What it says to five labelled calls and one nobody labelled."""
    return [expert.approves("run", str(index), is_harmless=is_harmless) for index in range(1, 7)]


@pytest.mark.parametrize("review", ANSWERS)
def test_it_answers(review: Review) -> None:
    assert answers(Expert(review, LABELS)) == ANSWERS[review]


def test_it_lets_others_look_where_it_cannot_tell() -> None:
    assert answers(Expert(Review.TRUTH, LABELS), is_harmless=True) == [True, True, False, False, True, True]


def test_who_always_errs_says_the_opposite() -> None:
    assert answers(Expert(Review.TRUTH, LABELS, error=1.0)) == [False, False, True, True, True, True]


def test_errors_are_drawn_by_the_seed_and_not_by_the_order() -> None:
    calls = [str(index) for index in range(400)]
    first, again = Expert(Review.APPROVE, error=0.25, seed=1), Expert(Review.APPROVE, error=0.25, seed=1)
    said = {index: first.approves("run", index, is_harmless=False) for index in calls}
    assert said == {index: again.approves("run", index, is_harmless=False) for index in reversed(calls)}
    assert 70 < list(said.values()).count(False) < 130
    other = Expert(Review.APPROVE, error=0.25, seed=2)
    assert said != {index: other.approves("run", index, is_harmless=False) for index in calls}


def test_a_rejection_says_why() -> None:
    expert = Expert(Review.TRUTH, LABELS)
    assert [expert.reason_code("run", index) for index in "3456"] == ["wrong_arguments", "injected", "other", "other"]
