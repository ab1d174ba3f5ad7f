"""Goals G2 and G4: how much of what could run alone does, and how soon the alarm ends what no longer should."""

import pytest

from tests.domain.calibration.statistics import drifts, streams
from tests.domain.calibration.statistics.worlds import WORLDS, World

REACHABLE = WORLDS[:5]
"""In the others nothing, or next to nothing, may run alone."""


def mean_reached(runs: int, count: int) -> float:
    return sum(streams.reached(world, runs, count) for world in REACHABLE) / len(REACHABLE)


def test_most_of_what_could_run_alone_does_after_a_thousand_test_runs() -> None:
    assert mean_reached(1_000, 10) >= 0.65


@pytest.mark.full
@pytest.mark.parametrize(("runs", "count", "least"), [(200, 300, 0.42), (1_000, 300, 0.75), (5_000, 60, 0.90)])
def test_the_worlds_reach_their_share_of_the_oracle_on_average(runs: int, count: int, least: float) -> None:
    assert mean_reached(runs, count) >= least


@pytest.mark.full
@pytest.mark.parametrize("world", REACHABLE, ids=[world.name for world in REACHABLE])
def test_no_world_is_left_far_behind(world: World) -> None:
    assert streams.reached(world, 5_000, 40) >= 0.8


def test_a_jump_to_five_times_the_limit_is_soon_noticed() -> None:
    assert drifts.rollback_after(60) <= 60


@pytest.mark.full
def test_half_of_all_jumps_are_noticed_within_sixty_test_runs() -> None:
    assert drifts.rollback_after(1_000) <= 60


@pytest.mark.full
def test_a_route_at_the_limit_gives_at_most_one_false_alarm_in_a_thousand_test_runs() -> None:
    assert drifts.false_gap(300) >= drifts.ARL
