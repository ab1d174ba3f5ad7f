"""Load: many runs of every effect class, and workers let loose on them or held back."""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connections

from tests.faults.fleet.scene.boundaries import ROLES
from tests.faults.fleet.scene.cases import play_until
from tests.faults.fleet.scene.crew import AGENTS, Worker
from tests.faults.fleet.scene.stage import OVER, Cast, Stage, accept
from tests.faults.fleet.worker import orders
from tests.faults.fleet.worker.orders import Orders

T = TypeVar("T")


def many(stage: Stage, rounds: int) -> Cast:
    """So many runs of each role."""
    stage.losers = []
    return Cast({f"{role.name} {number}": accept("careful", role) for number in range(rounds) for role in ROLES})


def let(workers: Iterable[Worker], *, work: bool = True, broken: str = "") -> None:
    """Let these workers claim what they find, or nothing."""
    for worker in workers:
        worker.order(Orders(broken=broken) if work else Orders(after=worker.pid))


def claims(workers: Iterable[Worker]) -> int:
    """How many steps they have claimed so far."""
    return sum(1 for worker in workers for _ in orders.notes(worker.pid, "claim"))


def strike(stage: Stage, runs: Cast, workers: list[Worker], blow: Callable[[], None], *, times: int, every: int) -> int:
    """Let work go on and strike after every few claims; how often it was struck."""
    for struck in range(times):
        if not _claimed_more(stage, runs, workers, every):
            return struck
        blow()
    return times


def _claimed_more(stage: Stage, runs: Cast, workers: list[Worker], count: int) -> bool:
    """Whether so many more steps were claimed before every run was over."""
    enough = claims(workers) + count
    play_until(stage, runs, lambda: claims(workers) >= enough or runs.are(*OVER), nudging=False)
    return claims(workers) >= enough


def environment() -> dict[str, str]:
    """That of a process of the console which knows the agents of the suite."""
    return {**os.environ, "SIGNALBOX_AGENTS": AGENTS, "SIGNALBOX_HASHED_STATIC": "0", "REMAP_SIGTERM": "SIGQUIT"}


def reconnected(look: Callable[[], T]) -> T:
    """Look again after the database was away; the first connection of this process may still be of before."""
    with suppress(OperationalError, InterfaceError):
        return look()
    connections.close_all()
    return look()
