"""`manage.py up`: bring everything up in the order of its readiness, watch it, take it down."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from console.launch import fleet, ports, processes, recording
from console.launch.fleet import Child
from console.launch.servers.services import Services
from console.launch.state import ROOT, AlreadyLocked, LaunchFailed, folder, locked

READY_SECONDS = 120.0
LOOK_SECONDS = 0.2
# The master's message to the console: "stop" may come from a key, a service manager or a closed terminal.
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def add_arguments(parser: ArgumentParser) -> None:
    """Nothing is needed: each option has a default that works."""
    parser.add_argument("--port", type=int, help="the port to listen on (8000, or the next free one)")
    parser.add_argument("--workers", type=int, default=1, help="how many worker processes (1)")
    parser.add_argument("--no-sample", action="store_true", help="leave the sample agents out")
    parser.add_argument("--replay", metavar="DIR", default="", help="show recorded runs of this folder as well")


def main(arguments: Sequence[str]) -> int:
    """Run until a stop signal; what cannot be done is told in one sentence."""
    parser = ArgumentParser(prog="manage.py up", description="Start Signalbox on this machine, until Ctrl-C.")
    add_arguments(parser)
    options = parser.parse_args(arguments)
    if options.workers < 1:
        parser.error("--workers must be at least 1: without a worker nothing is done.")
    wish = Wish(port=options.port, workers=options.workers, sample=not options.no_sample, replay=options.replay)
    try:
        return Supervisor(wish).run()
    except LaunchFailed as failure:
        print(failure, file=sys.stderr)
        return 1


@dataclass(frozen=True)
class Wish:
    """What `up` was asked for."""

    port: int | None = None
    workers: int = 1
    sample: bool = True
    replay: str = ""


@dataclass
class Supervisor:
    """Everything that one `up` runs; `run` returns the exit code."""

    wish: Wish
    services: Services | None = None
    children: list[Child] = field(default_factory=list)

    def run(self) -> int:
        try:
            with locked("up"), _interruptible():
                return self._run()
        except AlreadyLocked as other:
            raise LaunchFailed(
                f"Signalbox already runs from this folder (process {other}): stop that one first, or use another clone."
            ) from other

    def _run(self) -> int:
        try:
            port = ports.choose(self.wish.port)
            env = self._start_services()
            sign_in = self._prepare(env)
            if self.wish.replay:
                _say("Submitting recorded runs...")
                recording.submit(env)
            self._start_children(port, env)
            self._await_ready(port)
            _greet(port, sign_in)
            self._watch()
        except KeyboardInterrupt:
            _say("Stopping...")
        finally:
            self._stop()
        return 0

    def _start_services(self) -> dict[str, str]:
        """The environment for every child; the servers are ours unless both addresses are given."""
        given = [name for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)]
        env = dict(os.environ)
        if len(given) == 1:
            raise LaunchFailed(
                f"Only {given[0]} is set: set both DATABASE_URL and REDIS_URL to use servers of "
                "your own, or neither to use the embedded ones."
            )
        if not given:
            _say("Starting PostgreSQL and Valkey...")
            self.services = Services(folder())
            self.services.start()
            env |= self.services.environment
        return env | _environment() | recording.environment(self.wish.replay)

    def _prepare(self, env: dict[str, str]) -> str:
        """Migrate and load what belongs there; the answer is what the first people sign in with."""
        _say("Preparing the database...")
        options = [] if self.wish.sample else ["--no-sample"]
        child = processes.spawn(
            [sys.executable, "-m", "console.launch.preparing", *options],
            death_signal=signal.SIGKILL,
            env=env,
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        self.children.append(Child("preparing", [], env, 5, process=child))
        said, _ = child.communicate()
        self.children.clear()
        if child.returncode != 0:
            raise LaunchFailed("The database could not be prepared; the reason is above.")
        return str(said).strip()

    def _start_children(self, port: int, env: dict[str, str]) -> None:
        _say("Starting web, worker and beat...")
        marks = folder("ready")
        workers = [fleet.worker(number, env, marks) for number in range(1, self.wish.workers + 1)]
        self.children = [fleet.web(port, env), *workers, fleet.beat(env)]
        for child in self.children:
            child.start()

    def _await_ready(self, port: int) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not (self._marked() and fleet.is_healthy(port)):
            for child in self.children:
                if child.exit_code() is not None:
                    raise LaunchFailed(f"{child.name} ended while starting; the reason is above.")
            if time.monotonic() > deadline:
                raise LaunchFailed(f"Not ready after {READY_SECONDS:.0f} s: the machine is overloaded, try again.")
            time.sleep(0.05)

    def _marked(self) -> bool:
        return all(child.mark is None or child.mark.exists() for child in self.children)

    def _watch(self) -> None:
        """Until a stop signal: start again what ended, after a pause that grows."""
        while True:
            if self.services:
                self._watch_services(self.services)
            for child in self.children:
                self._look_after(child)
            time.sleep(LOOK_SECONDS)

    def _watch_services(self, services: Services) -> None:
        for name, restart in (("postgres", services.start_postgres), ("valkey", services.start_valkey)):
            code = services.children[name].poll()
            if code is not None:
                _say(f"{name} ended ({_reason(code)}); starting it again.")
                restart()

    def _look_after(self, child: Child) -> None:
        code = child.exit_code()
        if code is None:
            return
        if not child.restart_at:
            pause = child.pause()
            child.restart_at = time.monotonic() + pause
            _say(f"{child.name} ended ({_reason(code)}); starting it again in {pause:.1f} s.")
        elif time.monotonic() >= child.restart_at:
            child.restart_at = 0.0
            child.start()

    def _stop(self) -> None:
        """Web first, so that nothing new comes in; the servers last. A second signal insists."""
        for number in STOP_SIGNALS:
            signal.signal(number, self._insist)
        order = {"web": 0, "beat": 1}
        for child in sorted(self.children, key=lambda child: order.get(child.name, 2)):
            child.stop()
        if self.services:
            self.services.stop()
        for mark in folder("ready").iterdir():
            mark.unlink()

    def _insist(self, _number: int, _frame: FrameType | None) -> None:
        for child in self.children:
            child.kill()


@contextmanager
def _interruptible() -> Iterator[None]:
    """Every stop signal becomes KeyboardInterrupt, wherever the launcher is."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _environment() -> dict[str, str]:
    """What the console's processes get besides the addresses."""
    return {
        "SIGNALBOX_HASHED_STATIC": "1",
        "PYTHONUNBUFFERED": "1",
        "REMAP_SIGTERM": "SIGQUIT",
        # Celery says this to every root; who starts as root here means to.
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser",
    }


def _reason(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _greet(port: int, sign_in: str) -> None:
    address = f"http://{ports.HOST}:{port}"
    _say(f"\nSignalbox runs at {address}. Ctrl-C stops it.")
    if sign_in:
        _say(sign_in)
    _say(f"\nready {address}")


def _say(text: str) -> None:
    print(text, flush=True)
