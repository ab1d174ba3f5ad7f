"""Workers killed at any moment, again and again, while many runs are on their way."""

import random

import pytest

from tests.faults.fleet.scene import cases, ledger
from tests.faults.fleet.scene.boundaries import ROLES
from tests.faults.fleet.scene.cases import Report
from tests.faults.fleet.scene.crew import Worker
from tests.faults.fleet.scene.ledger import Books
from tests.faults.fleet.scene.stage import OVER, Cast, Stage, accept
from tests.faults.fleet.scene.summary import Tell
from tests.faults.fleet.worker import orders
from tests.faults.fleet.worker.orders import Orders

pytestmark = pytest.mark.xdist_group("fleet")

KILLS = 10
ROUNDS = 8


@pytest.mark.full
@pytest.mark.parametrize("seed", [11, 23])
def test_workers_killed_at_any_moment_lose_and_double_nothing(stage: Stage, seed: int, tell: Tell) -> None:
    chance = random.Random(seed)
    runs = Cast({f"{role.name} {number}": accept("careful", role) for number in range(ROUNDS) for role in ROLES})
    for _ in range(KILLS):
        kill_one(stage, runs, chance)
    survivor, _ = stage.crew.pair()
    cases.release(stage, survivor, runs)
    every, effects = list(runs.runs.values()), stage.world.effects()
    counts = ledger.counts(runs.runs, effects)
    report = Report(ledger.audit(every, effects), counts, ledger.parked(every), (), kills=KILLS)
    tell(report)
    assert report.books == Books()


def kill_one(stage: Stage, runs: Cast, chance: random.Random) -> None:
    """Let two workers make a few claims, then kill one of them wherever it is."""
    pair = stage.crew.pair()
    for worker in pair:
        worker.order(Orders())
    enough = claims(*pair) + chance.randint(1, 8)
    cases.play_until(stage, runs, lambda: claims(*pair) >= enough or runs.are(*OVER))
    chance.choice(pair).kill()


def claims(*workers: Worker) -> int:
    """How many steps they have claimed so far."""
    return sum(1 for worker in workers for _ in orders.notes(worker.pid, "claim"))
