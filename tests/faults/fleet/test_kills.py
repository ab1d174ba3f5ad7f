"""A worker killed at any boundary of a run loses no run, doubles no effect and does nothing without a right.

Every second one of the ten that matter most in each check, all twenty again and again in the full one.
"""

import os

import pytest

from tests.faults.fleet.scene import cases
from tests.faults.fleet.scene.boundaries import BOUNDARIES, MORE, ROLES, Boundary
from tests.faults.fleet.scene.ledger import Books
from tests.faults.fleet.scene.stage import Stage
from tests.faults.fleet.scene.summary import Tell

pytestmark = pytest.mark.xdist_group("fleet")

TAKEOVER_SECONDS = 2.0
ROUNDS = int(os.environ.get("SIGNALBOX_FAULTS_ROUNDS", "3"))
"""How often the full suite kills at each of the twenty boundaries; each kill meets runs of all three classes."""


@pytest.mark.parametrize("boundary", BOUNDARIES[::2], ids=lambda boundary: boundary.name)
def test_a_killed_worker_loses_and_doubles_nothing(stage: Stage, boundary: Boundary, tell: Tell) -> None:
    report = cases.kill_at(stage, boundary)
    tell(report)
    assert (report.books, report.counts) == (Books(), expected(boundary))
    assert boundary.parked - boundary.late <= report.parked <= boundary.parked


@pytest.mark.full
@pytest.mark.parametrize("round_", range(ROUNDS))
@pytest.mark.parametrize("boundary", [*BOUNDARIES, *MORE], ids=lambda boundary: boundary.name)
def test_killed_again_and_again_it_loses_and_doubles_nothing(
    stage: Stage, boundary: Boundary, round_: int, tell: Tell
) -> None:
    report = cases.kill_at(stage, boundary)
    tell(report)
    assert (report.books, report.counts) == (Books(), expected(boundary))
    assert boundary.parked - boundary.late <= report.parked <= boundary.parked


@pytest.mark.full
@pytest.mark.parametrize("round_", range(5))
def test_a_dead_worker_is_replaced_within_two_seconds(stage: Stage, round_: int, tell: Tell) -> None:
    report = cases.kill_at(stage, BOUNDARIES[round_ * 2 + 1])
    tell(report)
    assert max(report.takeovers) < TAKEOVER_SECONDS


def expected(boundary: Boundary) -> dict[str, int]:
    """How many effects each role has at the end."""
    return {role.name: 0 if role.name in boundary.undone else 1 for role in ROLES}
