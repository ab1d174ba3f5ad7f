"""The stricter promise: cases worked by hand, and the slow reference on random runs."""

from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals.domain.calibration import PurityCertificate, certify_purity, ladder, purity_grid
from approvals.domain.calibration.purity import MASSES
from tests.domain.calibration.reference import cases, slow
from tests.domain.calibration.reference.cases import clean, run
from tests.domain.calibration.reference.slow import Plain

GRID, MASS = (0.9, 0.8, 0.7, 0.6), (0.1, 0.25, 0.5, 1.0)
FIRST_RUNG = ladder(0.05, 20, 1)[0]
"""Two sequences share a delta of 0.1."""


def proven(runs: list[Plain], **other: Any) -> PurityCertificate:
    return certify_purity(runs, **{"limit": 0.05, "delta_c": 0.1, "grid": GRID, "mass": MASS, **other})


@settings(max_examples=80, deadline=None)
@given(
    runs=cases.runs(),
    limit=st.floats(0.2, 0.9),
    delta=st.floats(0.2, 0.9),
    points=st.lists(st.tuples(st.sampled_from(cases.EDGES) | st.floats(0, 1), st.floats(0, 1)), max_size=8),
)
def test_the_certificate_equals_the_slow_one(
    runs: list[Plain], limit: float, delta: float, points: list[tuple[float, float]]
) -> None:
    grid, mass = sorted((cut for cut, _ in points), reverse=True), sorted(share for _, share in points)
    expected = slow.certify_purity(runs, limit, delta, grid, mass)
    assert asdict(certify_purity(runs, limit=limit, delta_c=delta, grid=grid, mass=mass)) == expected


def test_a_threshold_counts_the_runs_that_act_alone_there() -> None:
    found = proven([run(1, (0.9, "right"), (0.6, "wrong")), run(2, (0.8, "overdue")), run(3), run(4, (None, "wrong"))])
    assert (found.starts, found.need, found.n, found.wrong) == ([1, 2], 20, [1, 2, 2, 2], [0, 1, 1, 2])


def test_it_loosens_until_the_first_failure() -> None:
    bad = [run(900 + place, (0.65, "wrong")) for place in range(10)]
    found = proven([*clean(FIRST_RUNG, score=0.85), *bad])
    assert (found.ok, found.threshold) == ([False, True, True, False], 0.7)


def test_a_second_start_passes_a_failure_of_the_first() -> None:
    bad = [run(900 + place, (0.85, "wrong")) for place in range(3)]
    found = proven([*bad, *clean(400, score=0.65)], grid=(0.9, 0.8, 0.7, 0.6), mass=(0.1, 0.2, 0.3, 0.5))
    assert (found.starts, found.ok, found.threshold) == ([1, 3], [False, False, False, True], 0.6)


def test_what_holds_before_the_first_start_is_not_reached() -> None:
    runs = [*clean(FIRST_RUNG, score=0.95), *(run(900 + place, (0.85, "wrong")) for place in range(20))]
    found = proven(runs)
    assert (found.ok[0], found.threshold) == (True, None)


def test_starts_in_one_place_are_one_start() -> None:
    found = proven(clean(59, score=0.95), grid=(0.9,), mass=(0.6,))
    assert (found.starts, found.need, found.threshold) == ([0], 10, 0.9)


@pytest.mark.parametrize(("grid", "mass"), [((), ()), ((0.9, 0.8), (0.05, 0.1))])
def test_without_a_start_everything_asks(grid: tuple[float, ...], mass: tuple[float, ...]) -> None:
    found = proven(clean(500, score=0.95), grid=grid, mass=mass)
    assert (found.starts, found.need, found.ok, found.threshold) == ([], 0, [False] * len(grid), None)


def test_nothing_counts_from_the_first_pending_run_on() -> None:
    found = proven([*clean(100, score=0.95), run(100, (0.1, "pending")), *clean(100, start=101, score=0.95)])
    assert found.n == [100] * 4


def test_what_the_coin_did_not_draw_is_not_looked_at() -> None:
    assert proven([*clean(5, score=0.95), run(9, (0.95, "right"), test=False)]).n == [5] * 4


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"mass": (0.5,)}, "cannot have"),
        ({"grid": (0.6, 0.7, 0.8, 0.9)}, "strict to loose"),
        ({"mass": (1.0, 0.5, 0.3, 0.2)}, "strict to loose"),
        ({"grid": (1.1, 0.7, 0.6, 0.5)}, "between 0 and 1"),
        ({"limit": 1.0}, "a limit is a share"),
        ({"delta_c": 0.0}, "a certificate is wrong"),
    ],
    ids=str,
)
def test_impossible_terms_are_refused(other: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        proven(clean(3), **other)


def test_impossible_runs_are_refused() -> None:
    with pytest.raises(ValueError, match="one place"):
        proven([run(1), run(1)])
    with pytest.raises(ValueError, match="no 'score'"):
        proven([run(1, actions=[{"state": "right"}])])


def test_a_grid_has_the_quantiles_of_the_scores_rounded_up() -> None:
    grid = purity_grid([place / 1000 + 0.0004 for place in range(100, 200)])
    assert (len(grid), MASSES[0], MASSES[-1]) == (20, 0.05, 1.0)
    assert grid[:2] == [0.196, 0.191]
    assert grid[-1] == 0.101


@given(scores=st.lists(st.floats(0, 1), min_size=1, max_size=50))
def test_a_grid_can_be_used(scores: list[float]) -> None:
    assert len(certify_purity([], 0.02, 0.1, purity_grid(scores), MASSES).starts) == 2


def test_a_grid_needs_scores() -> None:
    with pytest.raises(ValueError, match="needs scores"):
        purity_grid([2.0])
