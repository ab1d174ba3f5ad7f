"""A user, reviewers, a cancel and the sweep at the same moment: one of them has its way, and everybody else is told."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random

from django.db import connections

from agents.engine import cancelling
from agents.models import Operation, Run
from agents.tools.samples.retail.world import load_world
from approvals.confirming import answering, overseeing, passing
from approvals.domain.errors import ApprovalError
from approvals.models import Confirmation, Decision, Escalation
from console.management.invariants import checking
from tests import cast
from tests.engine.confirming import asked
from tests.flows import desk

ITEMS, ROUNDS = 12, 3


def fresh(pk: int) -> Confirmation:
    """As its own request would find it."""
    return Confirmation.objects.select_related("escalation__evidence", "escalation__verdict").get(pk=pk)


def answer(pk: int, *, is_yes: bool) -> None:
    """The user presses a button."""
    link = fresh(pk)
    digest = link.escalation.evidence.digest
    answering.answer(link, asked.token(link), is_yes=is_yes, evidence_sha256=digest)


def cancel(pk: int) -> None:
    """Somebody stops the run."""
    cancelling.cancel(Run.objects.get(key=fresh(pk).escalation.run_key), by=cast.ada())


ACTS: dict[str, Callable[[int], object]] = {
    "yes": lambda pk: answer(pk, is_yes=True),
    "no": lambda pk: answer(pk, is_yes=False),
    "not theirs": lambda pk: answering.disown(fresh(pk)),
    "taken": lambda pk: overseeing.take(fresh(pk).escalation, by=cast.mara()),
    "run out": lambda pk: passing.pass_on(fresh(pk).escalation, why="unanswered"),
    "cancelled": cancel,
}


def attempt(act: str, pk: int) -> str:
    """Do it; what it came to, by the name of the refusal."""
    try:
        ACTS[act](pk)
    except ApprovalError as refusal:
        return refusal.code
    else:
        return "done"
    finally:
        connections.close_all()


def test_whoever_comes_together_one_of_them_decides(fresh_database: str) -> None:
    load_world()
    cast.mara(), cast.ada()
    asked.rules(undo_seconds=0)
    for _ in range(ITEMS):
        asked.submit(asked.move())
    desk.work()
    links = list(Confirmation.objects.values_list("pk", flat=True))
    acts = [(act, pk) for pk in links for act in ACTS for _ in range(ROUNDS)]
    Random(7).shuffle(acts)
    with ThreadPoolExecutor(12) as crowd:
        came_to = Counter(crowd.map(lambda one: attempt(*one), acts))
    desk.work()
    assert set(came_to) <= {"done", "already_decided", "not_open"}
    assert Decision.objects.count() == Decision.objects.values("escalation").distinct().count()
    # Nothing waits for a user any more, and nothing was lost on the way.
    assert not Escalation.objects.filter(kind="confirmation", status__in=["open", "decided", "expired"]).exists()
    assert came_to["done"] >= ITEMS
    said_yes = Decision.objects.filter(by=None, kind="approve").count()
    # Cancelled right behind a yes it does not run; without a yes nothing runs.
    assert Operation.objects.filter(outcome="succeeded").count() <= said_yes
    assert {finding.law.name: finding.ids for finding in checking.check().broken} == {}
