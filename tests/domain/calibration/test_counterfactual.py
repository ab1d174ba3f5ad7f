"""What a threshold would have let run, against counts made by hand."""

import math

import pytest

from approvals.domain.calibration import Row, preview

ASKED_RIGHT: Row = (0.82, 0.85, True, False)
ASKED_WRONG: Row = (0.81, 0.85, True, True)
ASKED_UNSEEN: Row = (0.80, 0.85, False, False)
ALONE_UNSEEN: Row = (0.90, 0.85, False, False)
ALONE_RIGHT: Row = (0.95, 0.85, True, False)
ALONE_WRONG: Row = (0.85, 0.85, True, True)
NO_SCORE: Row = (None, 0.85, True, True)
SIX = (ASKED_RIGHT, ASKED_WRONG, ASKED_UNSEEN, ALONE_UNSEEN, ALONE_RIGHT, ALONE_WRONG)


def test_a_looser_draft_counts_who_was_looked_at() -> None:
    seen = preview([*SIX, NO_SCORE, NO_SCORE], 0.80, 0.1)
    assert (seen.total, seen.automatic, seen.looked, seen.not_looked) == (8, 6, 4, 2)
    assert seen.automatic_share == 0.75
    assert seen.reviews == pytest.approx(2 + 0.6)


def test_a_wrong_one_stands_for_as_many_as_were_not_drawn() -> None:
    # One that asked stands for itself; one that ran alone and was audited at 1 in 10 stands for ten.
    assert preview(SIX, 0.80, 0.1).wrong_estimate == pytest.approx(1 + 10)
    assert preview(SIX, 0.82, 0.1).wrong_estimate == pytest.approx(10)


def test_a_score_at_the_threshold_runs() -> None:
    assert preview([ALONE_WRONG], 0.85, 0.5).automatic == 1
    assert preview([ALONE_WRONG], 0.85001, 0.5).automatic == 0


def test_without_a_draft_nothing_runs_and_everything_is_reviewed() -> None:
    seen = preview(SIX, None, 0.1)
    assert (seen.automatic, seen.looked, seen.wrong_estimate, seen.reviews) == (0, 0, 0.0, 6.0)


def test_nothing_recorded_has_no_share() -> None:
    seen = preview([], 0.5, 0.1)
    assert (seen.total, seen.automatic_share, seen.reviews) == (0, 0.0, 0.0)


def test_where_nothing_ran_alone_every_look_was_certain() -> None:
    assert preview([(0.9, None, True, True)], 0.5, 0.1).wrong_estimate == 1.0


@pytest.mark.parametrize("score", [None, math.nan, -0.1, 1.1, math.inf], ids=str)
def test_an_odd_score_never_runs(score: float | None) -> None:
    assert preview([(score, 0.0, True, True)], 0.0, 0.1).automatic == 0
