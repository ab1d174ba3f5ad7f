"""The range of a share, against values from pencil and paper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.domain.calibration import interval


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
