"""What Celery runs: wake-ups without content. Losing, doubling or forging one changes nothing but latency."""

from typing import Any

from celery import shared_task
from celery.signals import worker_ready, worker_shutdown

from agents.engine import working
from agents.engine.answers import listening, replying
from agents.engine.queue import sweeping, waking
from agents.intake import ticking
from agents.proving import patrolling
from agents.tracing import exporting
from approvals.confirming import passing
from approvals.inbox import expiring
from approvals.inbox.checking import planting


@shared_task(name="agents.tasks.drain", ignore_result=True)
def drain() -> None:
    """Claim and carry steps until none is due."""
    waking.arrived()
    working.drain()


@shared_task(name="agents.tasks.sweep", ignore_result=True)
def sweep() -> None:
    """Each second: do what time alone has made due, tick schedules, plant mistakes, and wake workers for the rest.

    Two beats do no harm.
    """
    due = sweeping.look()
    _undecided(due)
    if due.unheard:
        listening.catch_up()
    if due.planting:
        planting.plant_due()
        planting.apply_decided()
    if due.ticking:
        ticking.tick_due()
    if due.overdue or due.unheard or due.ticking:
        due = sweeping.look()
    if due.steps:
        waking.send(due.steps)
    _answer(due)


def _answer(due: sweeping.Due) -> None:
    """Last, because a model may take its time over an answer; the next sweep does not wait for it."""
    if due.unanswered:
        replying.reply_due()
        replying.explain_due()


def _undecided(due: sweeping.Due) -> None:
    """Expire what nobody decided, pass on what no user confirmed, tell the next people of what still waits."""
    while due.overdue and expiring.expire_due() == expiring.BATCH:
        pass
    if due.overdue:
        passing.pass_on_due()
    if due.raising:
        expiring.raise_due()


@shared_task(name="agents.tasks.patrol", ignore_result=True)
def patrol() -> None:
    """Each minute: prove with a canary action in every lane of this worker that nothing runs past the gate."""
    patrolling.patrol(working.lease().holder)


@shared_task(name="agents.tasks.export_traces", ignore_result=True)
def export_traces() -> None:
    """Every few seconds: send traces of ended runs to the collector, where there is one."""
    exporting.export_due()


@worker_ready.connect
def begin_lease(**_: Any) -> None:
    """Beat from the first moment, so that what a dead worker held is taken over without any message."""
    working.lease()


@worker_shutdown.connect
def end_lease(**_: Any) -> None:
    """Free the lock at once; what is still held then belongs to the next worker that looks."""
    working.stop()
