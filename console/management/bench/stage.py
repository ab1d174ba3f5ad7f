"""Where a bench plays: durable servers of its own in a scratch folder, a fresh database a scene, real workers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from console.launch import fleet, processes
from console.launch.fleet import Child
from console.launch.servers import roles
from console.launch.servers.postgres import SUPERUSER
from console.launch.servers.services import Services
from console.launch.state import ROOT, LaunchFailed
from console.management.bench.gauges import machine
from console.management.bench.telling import say

WORKLOAD = "console.management.bench.workload"
PROFILING = "console.management.bench.gauges.profiling"
READY_SECONDS = 60.0
STOP_SECONDS = 10.0


@dataclass
class Driver:
    """The process of the human and the submitter, which does what it is asked and answers with JSON."""

    process: subprocess.Popen[str]

    def ask(self, what: str, **arguments: Any) -> Any:
        """Have one thing done; raises LaunchFailed when it cannot be."""
        if self.process.stdin is None or self.process.stdout is None:
            raise LaunchFailed("The driver of the bench has no ears.")
        try:
            self.process.stdin.write(json.dumps({"what": what, **arguments}) + "\n")
            self.process.stdin.flush()
            said = self.process.stdout.readline()
        except OSError:
            said = ""
        if not said:
            raise LaunchFailed(f"The driver of the bench ended while it did {what}; the reason is above.")
        return json.loads(said)


@dataclass
class Scene:
    """One fresh database with workers and a driver, for as long as a measurement lasts."""

    stage: Stage
    database: str
    crew: list[Child]
    driver: Driver
    folder: Path
    """Empty at first; what `profiling` writes lies in it."""

    def connect(self) -> psycopg.Connection[Any]:
        """A superuser's connection to the scene's database."""
        return self.stage.connect(self.database)

    def usage(self) -> machine.Usage:
        """What each part has used so far; beat counts as a worker."""
        workers = [child.process.pid for child in self.crew if child.process]
        return machine.usage({"worker": workers, "driver": [self.driver.process.pid], **self.stage.servers()})


@dataclass
class Stage:
    """Servers that are this bench's alone, with fsync and synchronous commits."""

    services: Services
    scratch: Path
    _made: int = field(default=0)

    def connect(self, database: str = "postgres") -> psycopg.Connection[Any]:
        """A superuser's connection."""
        return psycopg.connect(self.services.access.url(SUPERUSER, database), autocommit=True)

    def servers(self) -> dict[str, list[int]]:
        """The ids of the servers' processes."""
        postmaster = (self.services.cluster.data / "postmaster.pid").read_text(encoding="utf-8").split()[0]
        return {"postgresql": [int(postmaster)], "valkey": [self.services.children["valkey"].pid]}

    def prepare(self, undo_seconds: int) -> None:
        """Make the template of all scenes with this undo window."""
        name = _template(undo_seconds)
        with self.connect() as connection:
            roles.create_database(connection, name)
        command = [sys.executable, "-m", "console.management.bench", "preparing", str(undo_seconds)]
        child = processes.spawn(
            command, death_signal=signal.SIGKILL, env=self._environment(name), cwd=ROOT, stdout=sys.stderr
        )
        if child.wait() != 0:
            raise LaunchFailed("The database of the bench could not be prepared; the reason is above.")

    @contextmanager
    def scene(self, *, workers: int, undo_seconds: int = 0, is_profiled: bool = False) -> Iterator[Scene]:
        """Play on a copy of the template with that many workers, and beat where there are any."""
        self._made += 1
        name, folder = f"scene_{self._made}", self.scratch / f"scene-{self._made}"
        folder.mkdir()
        with self.connect() as connection:
            roles.create_database(connection, name, template=_template(undo_seconds))
        env = self._environment(name) | {"W_TRACE": str(folder / "trace"), "SIGNALBOX_NAMESPACE": name}
        if is_profiled:
            env |= {"SIGNALBOX_AGENTS": f"{PROFILING},{WORKLOAD}", "W_PROFILE": str(folder)}
        with ExitStack() as ending:
            ending.callback(self._drop, name)
            driver = ending.enter_context(_driver(env))
            crew = ending.enter_context(_crew(workers, env, folder))
            yield Scene(self, name, crew, driver, folder)

    def _environment(self, name: str) -> dict[str, str]:
        addresses = {
            key: urlsplit(value)._replace(path=f"/{name}").geturl() if "DATABASE" in key else value
            for key, value in self.services.environment.items()
        }
        ours = {
            "SIGNALBOX_AGENTS": WORKLOAD,
            "SIGNALBOX_COIN_KEY": "bench",
            "SIGNALBOX_HASHED_STATIC": "0",
            "REMAP_SIGTERM": "SIGQUIT",
            "PYTHONWARNINGS": "ignore:You're running the worker with superuser",
        }
        return {**os.environ, **addresses, **ours}

    def _drop(self, name: str) -> None:
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def stage() -> Iterator[Stage]:
    """Start PostgreSQL and Valkey as `up` does, durable, and stop them; raises LaunchFailed."""
    say("Starting PostgreSQL and Valkey...")
    with tempfile.TemporaryDirectory(prefix="signalbox-bench-") as scratch:
        place = Path(scratch)
        place.chmod(0o711)  # as root the server may run under another account; what is in there is closed
        services = Services(place, durable=True)
        try:
            services.start()
            yield Stage(services, place)
        finally:
            services.stop()


def _template(undo_seconds: int) -> str:
    return f"undo_{undo_seconds}"


@contextmanager
def _driver(env: dict[str, str]) -> Iterator[Driver]:
    command = [sys.executable, "-m", "console.management.bench", "driver.obeying"]
    process = processes.spawn(
        command, death_signal=signal.SIGKILL, env=env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        yield Driver(process)
    finally:
        if process.stdin:
            process.stdin.close()
        processes.stop(process, by=signal.SIGTERM, seconds=STOP_SECONDS)


@contextmanager
def _crew(workers: int, env: dict[str, str], marks: Path) -> Iterator[list[Child]]:
    crew = [fleet.worker(number, env, marks) for number in range(1, workers + 1)]
    crew += [fleet.beat(env)] if workers else []
    try:
        for child in crew:
            child.process = processes.spawn(
                # Standard output belongs to the report.
                child.command,
                death_signal=signal.SIGKILL,
                env=child.env,
                cwd=ROOT,
                stdout=sys.stderr,
            )
        _wait(crew)
        yield crew
    finally:
        for child in crew:
            # What was measured is over: nothing is left to end in order.
            child.kill()
            child.stop()


def _wait(crew: list[Child]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not all(child.mark is None or child.mark.exists() for child in crew):
        gone = next((child.name for child in crew if child.exit_code() is not None), None)
        if gone or time.monotonic() > deadline:
            raise LaunchFailed(f"{gone or 'A worker'} did not come up; the reason is above.")
        time.sleep(0.05)
