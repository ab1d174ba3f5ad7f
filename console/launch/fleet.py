"""The console's own processes: web, worker and beat, how each is started and stopped."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from console.launch import processes
from console.launch.ports import HOST
from console.launch.state import ROOT

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 15.0
# A child that lived this long was well: its next death starts counting anew.
WELL_SECONDS = 30.0


@dataclass
class Child:
    """One process that should run as long as the launcher does."""

    name: str
    command: list[str]
    env: Mapping[str, str]
    stop_seconds: float
    mark: Path | None = None
    process: subprocess.Popen[str] | None = None
    started_at: float = 0.0
    restart_at: float = 0.0
    deaths: int = field(default=0)

    def start(self) -> None:
        if self.mark:
            self.mark.unlink(missing_ok=True)
        self.started_at = time.monotonic()
        self.process = processes.spawn(self.command, death_signal=signal.SIGKILL, env=self.env, cwd=ROOT)

    def exit_code(self) -> int | None:
        """None while it runs."""
        return self.process.poll() if self.process else None

    def pause(self) -> float:
        """Seconds to wait before the next start; doubles with each death in a row."""
        self.deaths = 1 if time.monotonic() - self.started_at > WELL_SECONDS else self.deaths + 1
        return min(FIRST_PAUSE_SECONDS * 2.0 ** (self.deaths - 1), LONGEST_PAUSE_SECONDS)

    def stop(self) -> None:
        if self.process:
            processes.stop(self.process, by=signal.SIGTERM, seconds=self.stop_seconds)

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()


def web(port: int, env: Mapping[str, str]) -> Child:
    """Open streams would hold the exit up for ever without the time-out."""
    options = ["--host", HOST, "--port", str(port), "--lifespan", "off", "--timeout-graceful-shutdown", "3"]
    quiet = ["--no-access-log", "--no-server-header", "--log-level", "warning"]
    # Whoever can connect could say who they are otherwise, and every limit by address would believe it.
    quiet += [] if env.get("SIGNALBOX_BEHIND_PROXY") == "1" else ["--no-proxy-headers"]
    return Child("web", [*_module("uvicorn"), "console.asgi:application", *options, *quiet], env, 6)


CARRIERS = "8"
"""Runs one worker process carries side by side: they mostly wait, for models and for other machines."""


def worker(number: int, env: Mapping[str, str], marks: Path) -> Child:
    mark = marks / f"worker-{number}.ready"
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat", "-n", f"worker-{number}@%h"]
    command = [*_celery("worker"), "--pool", "threads", "--concurrency", CARRIERS, *alone]
    return Child(f"worker-{number}", command, {**env, "SIGNALBOX_READY_MARK": str(mark)}, 10, mark)


def beat(env: Mapping[str, str]) -> Child:
    return Child("beat", [*_celery("beat"), "--pidfile="], env, 3)


def _celery(what: str) -> list[str]:
    return [*_module("celery"), "-A", "console", "--quiet", what, "--loglevel", "WARNING"]


def _module(name: str) -> list[str]:
    return [sys.executable, "-m", name]


def is_healthy(port: int) -> bool:
    """Whether the web process can serve: it answers, and its database is there and migrated."""
    connection = HTTPConnection(HOST, port, timeout=15)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
