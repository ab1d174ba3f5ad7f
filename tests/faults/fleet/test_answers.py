"""An answer that never comes leaves no guess: a key repeats it, a trace finds it, a person settles it."""

import pytest

from agents.models import Operation
from approvals.domain.decision import DecisionKind
from tests.faults.fleet.scene import cases, ledger
from tests.faults.fleet.scene.boundaries import ACT, OUTSIDE, Role
from tests.faults.fleet.scene.crew import wait_for
from tests.faults.fleet.scene.ledger import Books
from tests.faults.fleet.scene.stage import OVER, Stage
from tests.faults.fleet.worker.orders import Orders

pytestmark = pytest.mark.xdist_group("fleet")


@pytest.mark.full
def test_a_connection_that_breaks_after_the_effect_doubles_nothing(stage: Stage) -> None:
    worker, _ = stage.crew.pair()
    runs = stage.accept(roles=OUTSIDE)
    worker.order(Orders(position=ACT, runs=runs.ids, fault="reset-after"))
    cases.play_until(stage, runs, lambda: len(stage.world.effects_of(runs.keys)) == len(OUTSIDE))
    worker.order(Orders())
    cases.play_until(stage, runs, lambda: runs.are(*OVER))
    effects = stage.world.effects()
    assert ledger.audit(runs.runs.values(), effects) == Books()
    assert set(ledger.counts(runs.runs, effects).values()) == {1}


@pytest.mark.full
def test_a_keyed_effect_that_a_person_repeats_still_happens_once(stage: Stage) -> None:
    worker, _ = stage.crew.pair()
    runs = stage.accept(roles=(Role("keyed", "send_keyed"),))
    worker.order(Orders(position=ACT, runs=runs.ids, fault="reset-after"))
    cases.play_until(stage, runs, lambda: runs.are("waiting"))
    stage.answer(runs)
    wait_for("it is unknown", lambda: Operation.objects.filter(step__run__in=runs.ids, outcome="unknown").exists())
    worker.order(Orders())
    wait_for("a person repeats it", lambda: bool(stage.answer(runs, always=DecisionKind.REPEAT)))
    wait_for("the end of every run", lambda: runs.are(*OVER))
    effects = stage.world.effects()
    assert ledger.counts(runs.runs, effects) == {"keyed": 1}
    assert ledger.audit(runs.runs.values(), effects) == Books()
