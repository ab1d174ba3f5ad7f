"""A worker killed at any boundary of a run loses no run, doubles no effect and does nothing without a right."""

import pytest

from tests.faults.fleet.scene import cases
from tests.faults.fleet.scene.boundaries import BOUNDARIES, MORE, ROLES, Boundary
from tests.faults.fleet.scene.ledger import Books
from tests.faults.fleet.scene.stage import Stage
from tests.faults.fleet.scene.summary import Tell

pytestmark = pytest.mark.xdist_group("fleet")

TAKEOVER_SECONDS = 2.0


@pytest.mark.parametrize("boundary", BOUNDARIES, ids=lambda boundary: boundary.name)
def test_a_killed_worker_loses_and_doubles_nothing(stage: Stage, boundary: Boundary, tell: Tell) -> None:
    report = cases.kill_at(stage, boundary)
    tell(report)
    assert (report.books, report.counts, report.parked) == (Books(), expected(boundary), boundary.parked)


@pytest.mark.full
@pytest.mark.parametrize("boundary", MORE, ids=lambda boundary: boundary.name)
def test_a_worker_killed_between_the_twelve_does_no_more_harm(stage: Stage, boundary: Boundary, tell: Tell) -> None:
    report = cases.kill_at(stage, boundary)
    tell(report)
    assert (report.books, report.counts, report.parked) == (Books(), expected(boundary), boundary.parked)


@pytest.mark.full
@pytest.mark.parametrize("round_", range(5))
def test_a_dead_worker_is_replaced_within_two_seconds(stage: Stage, round_: int, tell: Tell) -> None:
    report = cases.kill_at(stage, BOUNDARIES[round_ * 2 + 1])
    tell(report)
    assert max(report.takeovers) < TAKEOVER_SECONDS


def expected(boundary: Boundary) -> dict[str, int]:
    """How many effects each role has at the end."""
    return {role.name: 0 if role.name in boundary.undone else 1 for role in ROLES}
