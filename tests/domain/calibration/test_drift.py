"""The alarm, against exact sums over every run on which a change may have begun."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals.domain.calibration import alarm, is_blind
from tests.domain.calibration.reference import slow
from tests.domain.calibration.reference.cases import clean, run


@settings(max_examples=60, deadline=None)
@given(outcomes=st.lists(st.booleans(), max_size=60), limit=st.floats(0.001, 0.89))
def test_the_trace_equals_the_exact_one(outcomes: list[bool], limit: float) -> None:
    exact = [float(each) for each in slow.alarm(outcomes, limit)]
    found = alarm(outcomes, limit, 50)
    assert found.trace == pytest.approx(exact, rel=1e-9)
    assert found.index == next((place for place, level in enumerate(found.trace) if level >= 50), None)


def test_one_wrong_run_by_hand() -> None:
    # Each detector: (0 + 1) * p / b, that is 1.5, 2.5, 5 and 10 times; the mean of these is 4.75.
    assert alarm([True], 0.02, 1000).trace == pytest.approx([4.75])


def test_a_detector_never_bets_on_more_than_nine_in_ten() -> None:
    assert alarm([True], 0.5, 1000).trace == pytest.approx([(1.5 + 1.8 * 3) / 4])


def test_it_fires_exactly_at_its_height() -> None:
    trace = alarm([True] * 5, 0.02, 1e9).trace
    assert [alarm([True] * 5, 0.02, level).index for level in trace] == [0, 1, 2, 3, 4]
    assert alarm([True] * 5, 0.02, trace[-1] * 1.001).index is None


def test_it_fires_once_and_the_trace_goes_on() -> None:
    found = alarm([True] * 10 + [False] * 5, 0.02, 100)
    assert (found.index, len(found.trace)) == (2, 15)
    assert all(later < now for now, later in pairwise(found.trace[10:]))


def test_nothing_watched_is_no_alarm() -> None:
    assert (alarm([], 0.02).index, alarm([], 0.02).trace) == (None, [])


def test_a_thousand_runs_between_false_alarms_unless_told() -> None:
    assert alarm([True] * 6, 0.02) == alarm([True] * 6, 0.02, 1000)


@pytest.mark.parametrize(
    "terms", [{"limit": 0.0}, {"limit": 1.0}, {"arl": 0.0}, {"arl": float("nan")}, {"outcomes": [None]}], ids=str
)
def test_impossible_input_is_refused(terms: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"no alarm|says neither"):
        alarm(**{"outcomes": [True], "limit": 0.02, "arl": 1000, **terms})


@pytest.mark.parametrize(("overdue", "blind"), [(10, False), (11, True)])
def test_a_route_is_blind_when_more_than_a_fifth_of_the_last_runs_are_overdue(overdue: int, blind: bool) -> None:
    old = [run(place, (0.9, "overdue")) for place in range(100)]
    late = [run(1_000 + place, (0.9, "overdue")) for place in range(overdue)]
    strangers = [run(2_000, (0.9, "overdue"), test=False), run(2_001, (0.9, "overdue"), epoch=2)]
    assert is_blind([*late, *strangers, *clean(50 - overdue, start=500), *old], 1) is blind


def test_a_route_without_test_runs_is_not_blind() -> None:
    assert not is_blind([], 1)
    assert not is_blind([run(1, (0.9, "pending"))], 1)
    assert is_blind([run(1, (0.9, "overdue"))], 1)
