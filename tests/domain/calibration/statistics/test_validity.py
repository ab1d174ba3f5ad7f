"""Goal G1: in every world and setting the certificate is false at most as often as promised, and naive ones are not.

The certificate is asked at every moment at which it can have become looser, as `streams` says.
"""

from math import sqrt
from random import Random

import pytest

from approvals.domain.calibration import certify, ladder, stricter
from tests.domain.calibration.statistics import naive, streams
from tests.domain.calibration.statistics.streams import DELTA, SETTINGS
from tests.domain.calibration.statistics.worlds import LIMIT, WORLDS, World

FEW, MANY = 60, 1_000
CALIBRATED, OVERCONFIDENT, *_, SPIKED, FLAT, ALL_BAD = WORLDS
every_world = pytest.mark.parametrize("world", WORLDS, ids=[world.name for world in WORLDS])
every_setting = pytest.mark.parametrize("setting", SETTINGS)


def most(count: int) -> float:
    """What a share of so many streams may be above the promised one by chance."""
    return DELTA + 3 * sqrt(DELTA * (1 - DELTA) / count)


def test_between_two_rungs_nothing_becomes_looser() -> None:
    tuned = CALIBRATED.tuned(LIMIT, length=1)
    runs = streams.recorded(tuned, streams.draw(tuned, Random("every run"), 300))
    given = [certify(runs[:n], LIMIT, DELTA, 1).threshold for n in range(301)]
    steps = streams.rungs(LIMIT, DELTA)
    loosened = [n for n in range(1, 301) if stricter(given[n], given[n - 1]) != given[n]]
    assert loosened
    assert set(loosened) <= set(steps)


@every_setting
@pytest.mark.parametrize(
    "world", [pytest.param(CALIBRATED, marks=pytest.mark.full), FLAT], ids=["calibrated", "flat at the limit"]
)
def test_a_few_streams_are_rarely_above_the_limit(world: World, setting: str) -> None:
    assert streams.false_share(world, setting, FEW) <= most(FEW)


@pytest.mark.full
@every_setting
@every_world
def test_a_stream_is_rarely_ever_above_the_limit(world: World, setting: str) -> None:
    assert streams.false_share(world, setting, MANY) <= most(MANY)


@pytest.mark.full
def test_looking_for_longer_does_not_help_a_false_certificate() -> None:
    horizon, count, dice = 3_000, 150, Random("long")
    tuned = FLAT.tuned(LIMIT, length=1)
    steps = [n for n in ladder(LIMIT, 1 / DELTA, 100) if n <= horizon]
    false = 0
    for _ in range(count):
        runs = streams.recorded(tuned, streams.draw(tuned, dice, horizon))
        false += any(certify(runs[:n], LIMIT, DELTA, 1).threshold == 0.0 for n in steps)
    assert false / count <= most(count)


@pytest.mark.full
@pytest.mark.parametrize("world", [CALIBRATED, SPIKED, FLAT], ids=["calibrated", "a spike", "flat at the limit"])
def test_runs_that_act_alone_are_rarely_ever_above_the_limit(world: World) -> None:
    assert streams.purity_false_share(world, 150) <= most(150)


@pytest.mark.parametrize("world", [CALIBRATED, FLAT], ids=["calibrated", "flat at the limit"])
def test_the_share_found_so_far_is_soon_above_the_limit(world: World) -> None:
    assert naive.false_share(world, "the share found so far", 30) >= 0.7


def test_a_coin_after_routing_is_soon_above_the_limit() -> None:
    assert naive.false_share(ALL_BAD, "a coin after routing", 10) >= 0.7


@pytest.mark.full
@every_world
def test_the_share_found_so_far_is_nearly_always_above_the_limit(world: World) -> None:
    assert naive.false_share(world, "the share found so far", 200) >= 0.7


@pytest.mark.full
@pytest.mark.parametrize(
    ("world", "method", "least"),
    [
        (FLAT, "a bound for one look", 0.4),
        (FLAT, "actions for runs", 0.49),
        (FLAT, "resolved labels only", 0.5),
        (FLAT, "reviewers believed", 0.25),
        (OVERCONFIDENT, "a coin after routing", 0.3),
        (ALL_BAD, "a coin after routing", 0.7),
    ],
)
def test_what_is_done_elsewhere_is_often_above_the_limit(world: World, method: str, least: float) -> None:
    assert naive.false_share(world, method, 200) >= least
