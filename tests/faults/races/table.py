"""The table: two acts on one fresh escalation in an order somebody chooses, and everything that must hold after."""

from collections.abc import Sequence

from django.db.models.functions import Now

from agents.models import Operation, Run, Step
from approvals.gating import halting
from approvals.models import Decision, Escalation
from approvals.models.halt import HaltScope
from console.management.invariants import checking
from tests import cast
from tests.faults.races import acts, turns
from tests.faults.races.acts import ACTS, DECIDING, REFUSALS, Item
from tests.flows import desk

LAWS = tuple(law for law in checking.LAWS if law.name != "guards-stand")
"""All but the one about the guards, which a test may have taken away."""
WINDOW_SECONDS, SHORT_SECONDS = 30, 1
RULES = """
version: 1
name: races
routes: [{{name: {route}, agents: [desk], auto_threshold: 0.5, ask_threshold: 0.4, coin_rate: 1.0}}]
decide: {{minutes: 60, undo_seconds: {undo_seconds}}}
"""


def rules_for(pair: Sequence[str]) -> str:
    """Rules with an undo window where one is played with."""
    seconds = 0 if "undo" not in pair else SHORT_SECONDS if "apply" in pair else WINDOW_SECONDS
    return RULES.format(route=acts.ROUTE, undo_seconds=seconds)


def put(pair: Sequence[str], number: int) -> Item:
    """A fresh item where these two can meet: decided already for those who come after a decision."""
    run = desk.submit(desk.turn(desk.CANCEL))
    desk.work()
    item = Item(_asked(run), run, number)
    if "expire" in pair:
        acts.make_due_soon(item)
    if "undo" in pair or ("apply" in pair and not DECIDING & set(pair)):
        desk.decide(item.escalation, by=item.people[0])
    if "undo" in pair and "apply" in pair:
        acts.await_end_of_window(item, but_seconds=0.03)
    return item


def race(pair: Sequence[str], item: Item, choices: Sequence[int]) -> dict[str, str]:
    """Play two acts against each other, and look at what they left behind; how each ended."""
    prepared = {f"{place} {name}": ACTS[name](item, place) for place, name in enumerate(pair)}
    outcomes = turns.play(prepared, choices)
    check(item, outcomes)
    return outcomes


def check(item: Item, outcomes: dict[str, str]) -> None:
    """Raise AssertionError unless everybody was told what is so and every law holds, now and when work has gone on."""
    said = {name: outcome for name, outcome in outcomes.items() if outcome not in REFUSALS[name[2:]]}
    assert said == {}, f"somebody saw an error instead of an answer: {said}"
    before = {finding.law.name: finding.ids for finding in checking.check(LAWS).broken}
    assert before == {}, f"broken after {outcomes}: {before}"
    won = sum(outcome == "won" for name, outcome in outcomes.items() if name[2:] in DECIDING)
    taken = Decision.objects.filter(escalation=item.escalation).count()
    assert taken <= 1, f"decided {taken} times"
    assert won <= taken, f"{won} were told that they decided: {outcomes}"
    go_on(item)


def go_on(item: Item) -> None:
    """Let the workers go on, then close what is left, so that the next item finds nothing due."""
    desk.work()
    after = {finding.law.name: finding.ids for finding in checking.check(LAWS).broken}
    assert after == {}, f"broken when work went on: {after}"
    applied = Decision.objects.filter(origin=item.escalation.origin, kind__in=["approve", "edit"], undo=None)
    done = Operation.objects.filter(origin=item.escalation.origin).count()
    assert done <= applied.count(), "something was done that nobody stands for"
    acts.cancel(item, 0)()
    halting.lift(scope=HaltScope.RUN, key=str(item.run.key), by=cast.ada(), reason="a test")
    Step.objects.filter(run=item.run, status="ready").update(wake_at=Now())
    desk.work()
    assert not Run.objects.filter(pk=item.run.pk).exclude(status__in=["succeeded", "failed", "cancelled"]).exists()


def _asked(run: Run) -> Escalation:
    return Escalation.objects.select_related("evidence", "verdict__ruleset").get(run_key=run.key, status="open")
