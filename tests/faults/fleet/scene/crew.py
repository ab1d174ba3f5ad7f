"""A crew of real worker processes, started as production starts them, one always in reserve."""

import os
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from agents.engine.queue import waking
from agents.models import Worker as Row
from console.launch import fleet
from console.launch.fleet import Child
from tests.faults.fleet.worker import orders
from tests.faults.fleet.worker.orders import Orders

WAIT_SECONDS = 40.0
NUDGE_SECONDS = 0.2
POLL_SECONDS = 0.03
AGENTS = "agents.tools.samples.retail.agents,tests.faults.fleet.worker.agents"


def wait_for(what: str, is_so: Callable[[], bool], *, nudging: bool = False, seconds: float = WAIT_SECONDS) -> None:
    """Wait for a condition; AssertionError with its name when it never comes.

    `nudging` sends wake-ups meanwhile, as many as there are threads: the other workers take some of them, and a
    doubled message must not matter.
    """
    started = nudged = time.monotonic()
    while not is_so():
        now = time.monotonic()
        assert now < started + seconds, f"never came: {what}"
        if nudging and now > nudged + NUDGE_SECONDS:
            nudged = now
            waking.send(8)
        time.sleep(POLL_SECONDS)


@dataclass(frozen=True)
class Kit:
    """How the workers of a crew are started, where it is not as production starts them."""

    environment: Callable[[int], Mapping[str, str]] = lambda number: {}
    """What the worker of a number finds in its environment besides."""
    pool: str = "threads"
    concurrency: int = 8
    reserve: int = 3
    """How many processes there are; one of them is the next case's."""


class Worker:
    """One worker process that does what its orders say."""

    def __init__(self, number: int, folder: Path, kit: Kit) -> None:
        environment = {
            **os.environ,
            "SIGNALBOX_AGENTS": AGENTS,
            "SIGNALBOX_FAULTS_FUSES": "1",
            "SIGNALBOX_HASHED_STATIC": "0",
            "REMAP_SIGTERM": "SIGQUIT",
            **kit.environment(number),
        }
        self._child: Child = fleet.worker(number, environment, folder)
        # All runs of a case meet at one boundary, on a machine with any number of processors.
        self._child.command += ["--pool", kit.pool, "--concurrency", str(kit.concurrency)]
        self._child.start()

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._child.process is not None
        return self._child.process.pid

    @property
    def is_ready(self) -> bool:
        """It takes messages."""
        return not self.is_gone and self._child.mark is not None and self._child.mark.exists()

    @property
    def is_gone(self) -> bool:
        """It was killed; any other end is a failure of the test."""
        code = self._child.exit_code()
        assert code in (None, -signal.SIGKILL), f"{self._child.name} ended by itself"
        return code is not None

    def row(self) -> Row:
        """Its row as it is now; a process that was taken for dead gets another one."""
        return Row.objects.filter(name__endswith=f":{self.pid}").latest("pk")

    def wait(self) -> None:
        """Wait until it takes messages; it claims nothing yet, whatever it did before."""
        wait_for("a worker", lambda: self.is_ready)
        orders.forget_end(self.pid)
        self.order(Orders(after=self.pid))

    def order(self, given: Orders) -> None:
        """Tell it what to do from now on."""
        orders.give(self.pid, given)

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once, and its place in the crew."""
        self._child.kill()
        assert self._child.process is not None
        self._child.process.wait()


class Crew:
    """Workers that are ready when a case needs them: while one case runs, the next one's worker starts."""

    def __init__(self, folder: Path, kit: Kit) -> None:
        self._folder = folder
        self._kit = kit
        self._started = 0
        self._members: list[Worker] = []
        self.reserve(kit.reserve)

    def reserve(self, count: int) -> None:
        """Have that many processes that live, some of them still starting."""
        self._members = [member for member in self._members if not member.is_gone]
        while len(self._members) < count:
            self._started += 1
            self._members.append(Worker(self._started, self._folder, self._kit))

    def pair(self) -> tuple[Worker, Worker]:
        """Two workers that are ready and claim nothing yet."""
        self.reserve(max(2, self._kit.reserve))
        first, second = self._members[:2]
        for member in (first, second):
            member.wait()
        return first, second

    def all(self) -> list[Worker]:
        """Every worker that lives, ready, claiming nothing yet."""
        self.reserve(self._kit.reserve)
        for member in self._members:
            member.wait()
        return list(self._members)

    def stop(self) -> None:
        """End them all."""
        for member in self._members:
            member.kill()
