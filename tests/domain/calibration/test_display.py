"""Figures that are only shown: the slow reckoning on random input, and values from pencil and paper."""

from dataclasses import astuple
from math import nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals.domain.calibration import aurc, break_even, cohen, kripp_alpha, preview, reliability
from tests.domain.calibration.reference import reckoning
from tests.domain.calibration.reference.reckoning import Known

SCORES = st.sampled_from([0.1, 0.25, 0.5, 0.9]) | st.floats(0, 1)
PAIRS = st.lists(st.tuples(SCORES, st.booleans()), min_size=1, max_size=40)
ANSWERS = st.sampled_from("abc")
ROWS = st.lists(
    st.tuples(SCORES | st.none() | st.just(nan), SCORES | st.none(), st.booleans(), st.booleans()), max_size=20
)
CAREFULLY = settings(max_examples=60, deadline=None)


def split(pairs: list[Known]) -> tuple[list[float], list[bool]]:
    return [score for score, _ in pairs], [right for _, right in pairs]


@CAREFULLY
@given(pairs=PAIRS, bins=st.integers(1, 50))
def test_reliability_equals_the_exact_one(pairs: list[Known], bins: int) -> None:
    made, ece, debiased = reckoning.reliability(pairs, bins)
    found = reliability(*split(pairs), bins=bins)
    assert [value for each in found.bins for value in each] == pytest.approx([value for each in made for value in each])
    assert found.ece == pytest.approx(ece, abs=1e-12)
    assert found.debiased == pytest.approx(debiased, abs=1e-7)


def test_the_first_bins_are_one_longer_and_ties_stay_in_order() -> None:
    found = reliability([0.5] * 5, [True, True, False, False, True], 2)
    assert found.bins == [(3, 0.5, pytest.approx(2 / 3)), (2, 0.5, 0.5)]
    assert found.ece == pytest.approx(0.1)
    # What chance alone adds: (2/9) / 2 in the first, (1/4) / 1 in the second; more than there is.
    assert found.debiased == 0.0


def test_each_of_few_scores_is_its_own_bin() -> None:
    assert reliability([0.2, 0.9], [False, True], 10).bins == [(1, 0.2, 0.0), (1, 0.9, 1.0)]
    assert reliability([0.2, 0.9], [False, True], 10).debiased == pytest.approx((0.05 / 2) ** 0.5)


@CAREFULLY
@given(pairs=st.lists(st.tuples(st.sampled_from([0.1, 0.5, 0.9]), st.booleans()), min_size=1, max_size=6))
def test_risk_against_coverage_is_the_mean_over_every_order_of_ties(pairs: list[Known]) -> None:
    assert aurc(*split(pairs)) == pytest.approx(reckoning.aurc(pairs))


def test_risk_against_coverage_by_hand() -> None:
    # Risks 0, 1/2, 1/3.
    assert aurc([0.9, 0.8, 0.7], [True, False, True]) == pytest.approx(5 / 18)


@CAREFULLY
@given(pairs=st.lists(st.tuples(ANSWERS, ANSWERS), min_size=1, max_size=20))
def test_kappa_equals_the_exact_one(pairs: list[tuple[str, str]]) -> None:
    a, b = [one for one, _ in pairs], [other for _, other in pairs]
    assert cohen(a, b) == pytest.approx(reckoning.cohen(a, b))


def test_kappa_by_hand() -> None:
    # 45 times both yes, 15 both no, 25 and 15 apart: 0.6 observed, 0.7 * 0.6 + 0.3 * 0.4 = 0.54 by chance.
    a = ["yes"] * 70 + ["no"] * 30
    b = ["yes"] * 45 + ["no"] * 25 + ["yes"] * 15 + ["no"] * 15
    assert cohen(a, b) == pytest.approx(0.06 / 0.46)


@CAREFULLY
@given(units=st.lists(st.lists(ANSWERS | st.none(), max_size=4), max_size=12))
def test_alpha_equals_the_exact_one(units: list[list[str | None]]) -> None:
    if not any(sum(answer is not None for answer in unit) > 1 for unit in units):
        units = [*units, ["a", "b"]]
    assert kripp_alpha(units) == pytest.approx(reckoning.kripp_alpha(units))


def test_alpha_of_the_published_example() -> None:
    # Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), example C: nominal, missing data, 0.743.
    first = [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None]
    second = [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3]
    third = [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None]
    fourth = [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None]
    assert kripp_alpha(zip(first, second, third, fourth, strict=True)) == pytest.approx(0.743, abs=0.0005)


def test_one_and_the_same_answer_is_agreement() -> None:
    assert (cohen("aaa", "aaa"), kripp_alpha(["aa", "aaa"])) == (1.0, 1.0)
    assert cohen("aaa", "bbb") == 0.0


@CAREFULLY
@given(rows=ROWS, draft=SCORES, rate=st.floats(0.02, 1))
def test_a_preview_equals_the_slow_one(
    rows: list[tuple[float | None, float | None, bool, bool]], draft: float, rate: float
) -> None:
    assert astuple(preview(rows, draft, rate)) == pytest.approx(tuple(reckoning.preview(rows, draft, rate)))


@pytest.mark.parametrize(
    ("review", "wrong", "miss", "expected"),
    [(2, 100, 0.2, 0.025), (2, 100, 0.0, 0.02), (5, 1, 0.0, 1.0), (2, 100, 1.0, 1.0), (2, 0, 0.0, 1.0), (0, 9, 0.5, 0)],
)
def test_break_even(review: float, wrong: float, miss: float, expected: float) -> None:
    assert break_even(review, wrong, miss) == pytest.approx(expected)


@pytest.mark.parametrize("costs", [(-1, 100, 0.2), (2, -100, 0.2), (2, 100, 1.2), (2, 100, nan)])
def test_impossible_costs_are_refused(costs: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="no break-even"):
        break_even(*costs)


@pytest.mark.parametrize(
    ("scores", "right", "bins"),
    [([], [], 3), ([0.5], [], 3), ([0.5], [True], 0), ([1.5], [True], 1), ([nan], [True], 1)],
)
def test_what_cannot_be_binned_is_refused(scores: list[float], right: list[bool], bins: int) -> None:
    with pytest.raises(ValueError, match="scores"):
        reliability(scores, right, bins)


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(ValueError, match="no number"):
        aurc([0.5, nan], [True, False])
    with pytest.raises(ValueError, match="compared"):
        aurc([], [])
    with pytest.raises(ValueError, match="compared"):
        cohen("ab", "a")
    with pytest.raises(ValueError, match="compared"):
        kripp_alpha([["a"], [], [None, "b"]])


@pytest.mark.parametrize("rate", [-0.1, 1.1, nan])
def test_a_preview_needs_a_rate(rate: float) -> None:
    with pytest.raises(ValueError, match="a chance of"):
        preview([], 0.5, rate)


def test_what_had_no_chance_to_be_looked_at_was_not() -> None:
    assert preview([(0.9, 0.5, False, False)], 0.5, 0.0).reviews == 0
    with pytest.raises(ValueError, match="no chance"):
        preview([(0.9, 0.5, True, True)], 0.5, 0.0)
