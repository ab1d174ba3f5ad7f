"""One case: five runs and a worker that dies at one boundary, another one that goes on, and people who answer."""

from collections.abc import Callable
from dataclasses import dataclass

from agents.models import Run
from tests.faults.fleet.scene import ledger
from tests.faults.fleet.scene.boundaries import Boundary
from tests.faults.fleet.scene.crew import Worker, wait_for
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
    takeovers: tuple[float, ...]
    """Seconds from the end of the worker (or from the answer of a person) to the claim by the next one."""
    kills: int = 1


def kill_at(stage: Stage, boundary: Boundary, *, broken: str = "") -> Report:
    """Play a case to its end; `broken` is the law that the worker which takes over breaks."""
    victim, standby = stage.crew.pair()
    standby.order(Orders(after=victim.pid, broken=broken))
    runs = stage.accept(boundary.agent)
    answers = _lead_to_end(stage, boundary, victim, runs)
    answers += play_until(stage, runs, lambda: runs.are(*OVER))
    every, effects = list(runs.runs.values()), stage.world.effects()
    return Report(
        books=ledger.audit(every, effects),
        counts=ledger.counts(runs.runs, effects),
        parked=ledger.parked(every),
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


def play_until(stage: Stage, runs: Cast, is_so: Callable[[], bool], *, is_answering: bool = True) -> list[Answer]:
    """Answer what is asked until something is so; what was answered."""
    answers: list[Answer] = []

    def is_there() -> bool:
        if is_answering:
            answers.extend(stage.answer(runs))
        return is_so()

    wait_for("the end of a case", is_there, nudging=True)
    return answers


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
