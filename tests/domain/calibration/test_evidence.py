"""Evidence, ladder and upper limit: the published table, exact arithmetic, and what holds for any numbers."""

from math import exp, inf, log, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals.domain.calibration import allowed, ladder, log_evidence, upper_limit
from tests.domain.calibration.reference import slow

LIMITS = st.floats(0.001, 0.95)
NEEDS = st.floats(1, 10_000)
SLOWLY = settings(max_examples=60, deadline=None)


@pytest.mark.parametrize(
    ("limit", "need", "table"),
    [
        (0.01, 10, [298, 566, 777, 964, 1139]),
        (0.01, 20, [379, 658, 876, 1070, 1252]),
        (0.02, 10, [148, 282, 387, 481, 568]),
        (0.02, 20, [189, 328, 437, 533, 624]),
        (0.05, 10, [59, 112, 153, 190, 225]),
        (0.05, 20, [74, 130, 173, 211, 247]),
    ],
)
def test_the_ladder_is_the_published_table(limit: float, need: float, table: list[int]) -> None:
    assert ladder(limit, need, 5) == table


def test_one_wrong_of_two_by_hand() -> None:
    # At a limit of one half: r * (1 - r / 2) / (1 / 2) = 2 r - r^2 for each bet, and their mean.
    mean = sum(2 * bet - bet**2 for bet in (0.02, 0.15, 0.40, 0.70)) / 4
    assert log_evidence(2, 1, 0.5) == pytest.approx(log(mean), rel=1e-14)


def test_nothing_is_no_evidence() -> None:
    assert log_evidence(0, 0, 0.02) == 0.0
    assert allowed(0, 0.02, 10) == -1
    assert upper_limit(0, 0, 10) == 1.0


@given(n=st.integers(0, 10_000), share=st.floats(0, 1), limit=LIMITS)
def test_evidence_equals_the_exact_one(n: int, share: float, limit: float) -> None:
    s = round(share * n)
    assert log_evidence(n, s, limit) == pytest.approx(float(slow.log_evidence(n, s, limit)), rel=1e-11, abs=1e-11)


@SLOWLY
@given(n=st.integers(0, 400), limit=LIMITS, need=NEEDS)
def test_as_many_are_allowed_as_a_scan_finds(n: int, limit: float, need: float) -> None:
    assert allowed(n, limit, need) == slow.allowed(n, limit, need)


@SLOWLY
@given(limit=st.floats(0.1, 0.9), need=st.floats(1, 100), rungs=st.integers(0, 4))
def test_the_ladder_is_what_a_scan_finds(limit: float, need: float, rungs: int) -> None:
    assert ladder(limit, need, rungs) == slow.ladder(limit, need, rungs)


@given(limit=st.floats(0.0001, 0.9), need=NEEDS, rungs=st.integers(1, 20))
def test_each_rung_is_the_first_run_that_allows_so_many(limit: float, need: float, rungs: int) -> None:
    steps = ladder(limit, need, rungs)
    assert [allowed(n, limit, need) >= place for place, n in enumerate(steps)] == [True] * rungs
    assert [allowed(n - 1, limit, need) < place for place, n in enumerate(steps) if n > 0] == [True] * sum(
        n > 0 for n in steps
    )


@SLOWLY
@given(n=st.integers(0, 2_000), share=st.floats(0, 1), need=st.floats(1.1, 1_000))
def test_the_upper_limit_equals_the_exact_one(n: int, share: float, need: float) -> None:
    s = round(share * n)
    assert upper_limit(n, s, need) == pytest.approx(float(slow.upper_limit(n, s, need)), rel=1e-9)


@given(n=st.integers(1, 2_000), share=st.floats(0, 0.9), need=st.floats(1.1, 1_000))
def test_the_upper_limit_itself_certifies_and_nothing_below_does(n: int, share: float, need: float) -> None:
    s = round(share * n)
    limit = upper_limit(n, s, need)
    assert limit == 1 or (s <= allowed(n, limit, need) and s > allowed(n, limit * (1 - 1e-9), need))


@given(n=st.integers(1, 2_000), share=st.floats(0, 0.2), limit=LIMITS, need=st.floats(1.1, 1_000))
def test_the_upper_limit_ends_where_the_certificate_does(n: int, share: float, limit: float, need: float) -> None:
    s = round(share * n)
    assert (upper_limit(n, s, need) <= limit) == (s <= allowed(n, limit, need))


@given(n=st.integers(1, 3_000), limit=LIMITS, p=st.floats(0, 1))
def test_no_run_adds_evidence_on_average_at_or_above_the_limit(n: int, limit: float, p: float) -> None:
    risk, s = max(p, limit), n // 50
    now = log_evidence(n, s, limit)
    right, wrong = log_evidence(n + 1, s, limit) - now, log_evidence(n + 1, s + 1, limit) - now
    assert risk * exp(wrong) + (1 - risk) * exp(right) <= 1 + 1e-9


@given(n=st.integers(0, 5_000), limit=LIMITS, more=st.integers(1, 50), need=st.floats(1.1, 1_000))
def test_another_right_run_never_allows_less_and_another_wrong_one_never_one_more(
    n: int, limit: float, more: int, need: float
) -> None:
    now, later = allowed(n, limit, need), allowed(n + more, limit, need)
    assert now <= later <= max(now, 0) + more


@given(n=st.integers(0, 3_000), limit=st.floats(0.001, 0.5), need=st.floats(1.1, 1_000))
def test_a_larger_limit_or_less_need_never_allows_less(n: int, limit: float, need: float) -> None:
    assert allowed(n, limit, need) <= allowed(n, limit * 1.5, need)
    assert allowed(n, limit, need * 1.5) <= allowed(n, limit, need)


def test_a_limit_of_nothing_has_no_ladder() -> None:
    assert (ladder(0.0, 10, 3), allowed(10**9, 0.0, 10), log_evidence(1000, 0, 0.0)) == ([], -1, 0.0)
    assert ladder(0.02, 10, 0) == []


def test_everything_wrong_bounds_nothing() -> None:
    assert (upper_limit(500, 500, 10), allowed(1, 0.99, 1e6)) == (1.0, -1)


def test_numbers_beyond_every_float_stay_in_range() -> None:
    assert log_evidence(10**12, 0, 0.02) > 1e10
    assert log_evidence(10**6, 10**6, 0.02) == pytest.approx(10**6 * log(0.70) - log(4))
    assert 0 < upper_limit(10**12, 0, 10) < 1e-11


@pytest.mark.parametrize(("n", "s"), [(1, 2), (1, -1), (-1, 0), (-1, -1)])
def test_what_is_no_count_is_no_evidence(n: int, s: int) -> None:
    with pytest.raises(ValueError, match="no count"):
        log_evidence(n, s, 0.02)
    with pytest.raises(ValueError, match="no count"):
        upper_limit(n, s, 10)


@pytest.mark.parametrize("limit", [-0.01, 1.0, 1.5, nan])
def test_what_is_no_share_is_no_limit(limit: float) -> None:
    with pytest.raises(ValueError, match="a limit is a share"):
        allowed(10, limit, 10)


@pytest.mark.parametrize("need", [0.0, 0.99, -1.0, inf, nan])
def test_what_is_no_evidence_is_no_need(need: float) -> None:
    with pytest.raises(ValueError, match="measured against"):
        ladder(0.02, need, 2)
    with pytest.raises(ValueError, match="measured against"):
        upper_limit(10, 0, need)


def test_a_ladder_has_no_rungs_below_the_ground() -> None:
    with pytest.raises(ValueError, match="-1 rungs"):
        ladder(0.02, 10, -1)
