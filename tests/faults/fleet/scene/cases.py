"""One case: five runs and a worker that dies at one boundary, another one that goes on, and people who answer."""

import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError, connections

from agents.models import Run
from tests.faults.fleet.scene import ledger
from tests.faults.fleet.scene.boundaries import Boundary
from tests.faults.fleet.scene.crew import WAIT_SECONDS, Worker, wait_for
from tests.faults.fleet.scene.ledger import Books
from tests.faults.fleet.scene.stage import OVER, Cast, Stage
from tests.faults.fleet.worker import orders
from tests.faults.fleet.worker.orders import Orders

Answer = tuple[int, float]
"""Which run a person answered, and when."""


@dataclass(frozen=True)
class Report:
    """What a case left behind."""

    books: Books
    counts: dict[str, int]
    parked: int
    takeovers: tuple[float, ...] = ()
    """Seconds from the end of the worker (or from the answer of a person) to the claim by the next one."""
    kills: int = 1
    """How often something was killed, stopped, cut off or lied to, as `kind` says."""
    kind: str = "workers killed"
    losers: int = 0
    """How many came second to a decision; what they were told is in the books."""


def kill_at(stage: Stage, boundary: Boundary, *, broken: str = "") -> Report:
    """Play a case to its end; `broken` is the law that the worker which takes over breaks."""
    victim, standby = stage.crew.pair()
    standby.order(Orders(after=victim.pid, broken=broken))
    runs = stage.accept(boundary.agent)
    answers = _lead_to_end(stage, boundary, victim, runs)
    answers += play_until(stage, runs, lambda: runs.are(*OVER))
    every, effects = list(runs.runs.values()), stage.world.effects()
    return Report(
        books=ledger.audit(every, effects, stage.losers),
        counts=ledger.counts(runs.runs, effects),
        parked=ledger.parked(every),
        losers=len(stage.losers),
        takeovers=tuple(_takeovers(every, standby, orders.ended_at(victim.pid) or 0.0, answers)),
    )


def _lead_to_end(stage: Stage, boundary: Boundary, victim: Worker, runs: Cast) -> list[Answer]:
    """Let the victim carry the runs to the boundary, where it dies; what was answered on the way."""
    victim.order(Orders(boundary.point, boundary.position, runs.ids, fault=boundary.fault))
    if boundary.point:
        return play_until(stage, runs, lambda: victim.is_gone, is_answering=boundary.is_asked_before)
    wait_for("everybody waits", lambda: runs.are("waiting"), nudging=True)
    victim.kill()
    answers = stage.answer(runs)
    orders.mark_end(victim.pid)
    return answers


def stop_at(stage: Stage, boundary: Boundary, *, lease_seconds: float = 2.0, broken: str = "") -> Report:
    """Play a case in which the worker is stopped past its lease and goes on when others have its steps.

    `broken` is the law that the stopped worker breaks when it goes on. Inside a transaction it holds the locks of its
    steps, so nobody can have them before it goes on.
    """
    stalled, standby = stage.crew.pair()
    standby.order(Orders(after=stalled.pid, lease_seconds=lease_seconds))
    runs = stage.accept(boundary.agent)
    stalled.order(Orders(boundary.point, boundary.position, runs.ids, is_stop=True, fault=boundary.fault))
    is_stopped = lambda: orders.ended_at(stalled.pid) is not None  # noqa: E731
    play_until(stage, runs, is_stopped, is_answering=boundary.is_asked_before)
    wait_for("the lease is over", lambda: stalled.row().ended_at is not None)
    if boundary.point not in ("claimed", "concluding"):
        play_until(stage, runs, lambda: runs.are(*OVER))
    stalled.order(Orders(broken=broken))
    stalled.signal(signal.SIGCONT)
    play_until(stage, runs, lambda: runs.are(*OVER))
    # A worker that goes on is a new one from its next beat on; until then its late writes come.
    wait_for("the stopped worker beats again", lambda: stalled.row().ended_at is None)
    wait_for("its late calls are over", lambda: not orders.is_busy(stalled.pid))
    return report(stage, runs, kind="workers stopped past their lease")


def report(stage: Stage, runs: Cast, *, kills: int = 1, kind: str = "workers killed") -> Report:
    """What these runs left behind, as they are now."""
    every, effects = list(runs.runs.values()), stage.world.effects()
    return Report(
        books=ledger.audit(every, effects, stage.losers),
        counts=ledger.counts(runs.runs, effects),
        parked=ledger.parked(every),
        kills=kills,
        kind=kind,
        losers=len(stage.losers),
    )


def play_until(
    stage: Stage,
    runs: Cast,
    is_so: Callable[[], bool],
    *,
    is_answering: bool = True,
    nudging: bool = True,
    seconds: float = WAIT_SECONDS,
) -> list[Answer]:
    """Answer what is asked until something is so; what was answered.

    Where the database goes away meanwhile, so does an answer: it is given again.
    """
    answers: list[Answer] = []

    def is_there() -> bool:
        try:
            if is_answering:
                answers.extend(stage.answer(runs))
            return is_so()
        except (OperationalError, InterfaceError):
            connections.close_all()
            return False

    wait_for("the end of a case", is_there, nudging=nudging, seconds=seconds)
    return answers


def play_to_end(stage: Stage, runs: Cast, *, seconds: float = WAIT_SECONDS) -> Report:
    """Answer what is asked until every run is over or time is; nobody is woken but by the product itself."""
    with suppress(AssertionError):
        play_until(stage, runs, lambda: runs.are(*OVER), nudging=False, seconds=seconds)
    return report(stage, runs)


def release(stage: Stage, worker: Worker, runs: Cast) -> None:
    """Let a worker that was held back carry these runs to their end, so that the next case finds nothing due."""
    worker.order(Orders())
    play_until(stage, runs, lambda: runs.are(*OVER))


def _takeovers(runs: list[Run], standby: Worker, since: float, answers: list[Answer]) -> list[float]:
    """How long each run's first claim by the standby came after the end, or after the answer it waited for."""
    first: dict[int, float] = {}
    for claim in orders.notes(standby.pid, "claim"):
        if claim["at"] > since:
            first.setdefault(claim["run"], claim["at"])
    return [first[run.pk] - _due(run, answers, since, first[run.pk]) for run in runs if run.pk in first]


def _due(run: Run, answers: list[Answer], since: float, claimed: float) -> float:
    """From when on a run could have been claimed."""
    return max([since, *(at for who, at in answers if who == run.pk and at < claimed)])
