"""The range of a share, against values from pencil and paper."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals.domain.calibration import corrected_limit, interval
from tests.domain.calibration.reference import slow


def test_nothing_looked_at_says_nothing() -> None:
    assert interval(0, 0, 0.05) == (0.0, 1.0)


def test_one_right_one_still_leaves_almost_everything_possible() -> None:
    # B(1, 2) = 1/2, so 1/2 / (1 - p) < 10 ends at 0.95.
    assert interval(1, 0, 0.1) == pytest.approx((0.0, 0.95))


def test_ten_right_ones() -> None:
    # B(1, 11) = 1/11, so (1 - p)^10 > 1/220.
    assert interval(10, 0, 0.05) == pytest.approx((0.0, 1 - 220**-0.1))


def test_ten_wrong_ones_are_the_mirror_image() -> None:
    assert interval(10, 10, 0.05) == pytest.approx((220**-0.1, 1.0))


def test_half_of_two() -> None:
    # B(2, 2) = 1/6, so p (1 - p) > 1/120.
    root = (1 - 4 / 120) ** 0.5
    assert interval(2, 1, 0.05) == pytest.approx(((1 - root) / 2, (1 + root) / 2))


def test_five_missed_of_fifty_planted() -> None:
    assert interval(50, 5, 0.05)[1] == pytest.approx(0.288, abs=0.0005)


@pytest.mark.parametrize(("n", "s", "delta"), [(1, 2, 0.05), (1, -1, 0.05), (-1, 0, 0.05), (1, 0, 0.0), (1, 0, 1.0)])
def test_what_is_no_count_has_no_range(n: int, s: int, delta: float) -> None:
    with pytest.raises(ValueError, match="no range"):
        interval(n, s, delta)


@given(n=st.integers(1, 5_000), share=st.floats(0, 1), delta=st.floats(0.001, 0.5))
def test_the_share_itself_is_always_in_its_range(n: int, share: float, delta: float) -> None:
    low, high = interval(n, round(share * n), delta)
    assert 0 <= low <= round(share * n) / n <= high <= 1


@given(n=st.integers(1, 500))
def test_more_looked_at_and_nothing_wrong_narrows_it(n: int) -> None:
    assert interval(n + 1, 0, 0.05)[1] < interval(n, 0, 0.05)[1]


@settings(max_examples=60, deadline=None)
@given(n=st.integers(1, 300), share=st.floats(0, 1), delta=st.floats(0.001, 0.9))
def test_a_range_equals_the_exact_one(n: int, share: float, delta: float) -> None:
    s = round(share * n)
    exact = [float(end) for end in slow.interval(n, s, delta)]
    assert interval(n, s, delta) == pytest.approx(exact, rel=1e-8, abs=1e-12)


def test_fifty_seeds_and_five_missed_test_two_of_a_hundred_as_less() -> None:
    most, limit = corrected_limit(0.02, 50, 5)
    assert (round(most, 3), round(limit, 4)) == (0.288, 0.0142)


def test_without_seeds_an_assumption_counts_and_without_one_nothing_does() -> None:
    assert corrected_limit(0.02, 0, 0, assumed=0.1) == pytest.approx((0.1, 0.018))
    assert corrected_limit(0.02, 0, 0) == (1.0, 0.0)


def test_seeds_outweigh_an_assumption() -> None:
    assert corrected_limit(0.02, 50, 5, assumed=0.0) == corrected_limit(0.02, 50, 5)


@given(seeds=st.integers(1, 200), missed=st.integers(0, 199), delta=st.floats(0.01, 0.3))
def test_a_corrected_limit_is_stricter_the_more_were_missed(seeds: int, missed: int, delta: float) -> None:
    missed %= seeds
    most, limit = corrected_limit(0.05, seeds, missed, delta_m=delta)
    more, stricter = corrected_limit(0.05, seeds, missed + 1, delta_m=delta)
    assert missed / seeds < most < more <= 1
    assert 0.05 > limit > stricter >= 0


@pytest.mark.parametrize(
    "terms",
    [(-0.1, 5, 1), (1.1, 5, 1), (0.02, 5, 6), (0.02, -1, 0), (0.02, 5, 1, 0.0), (0.02, 0, 0, 0.05, 1.1)],
    ids=str,
)
def test_what_cannot_be_corrected_is_refused(terms: tuple[float, int, int]) -> None:
    with pytest.raises(ValueError, match=r"cannot be corrected|no range"):
        corrected_limit(*terms)
