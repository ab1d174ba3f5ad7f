"""The processes of a replay: one prepares, real workers work, one reviews; when all is over the reviewer tells."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agents.domain import record
from console.launch import fleet, processes
from console.launch.fleet import Child
from console.launch.state import ROOT, LaunchFailed
from console.management.replay.choice import Choice
from console.management.replay.stage import stage
from console.management.replay.telling import say

AGENTS = "agents.tools.samples.retail.agents,agents.tools.samples.recorded.agents"
THREADS = 4
"""Of one worker: nothing waits for a network here, so more would only compete for the processor."""


def play(choice: Choice, *, prepare: Sequence[str], review: Sequence[str], workers: int) -> dict[str, Any]:
    """Replay the chosen runs on a database of their own and return what the reviewer reports.

    `prepare` and `review` are further arguments for those two processes. Raises LaunchFailed when one of the processes
    cannot do its part; each says why on standard error.
    """
    with stage() as addresses:
        env = {**os.environ, **addresses, **environment(choice)}
        say("Preparing the database and submitting the runs...")
        _run_to_end(_part("preparing", choice, prepare), env)
        with tempfile.TemporaryDirectory() as marks:
            crew = [fleet.worker(number, env, Path(marks)) for number in range(1, workers + 1)]
            return _review(_part("reviewing", choice, review), env, crew)


def environment(choice: Choice) -> dict[str, str]:
    """What makes a process one of this replay: its agents, its records, its wake-ups and coins of its own."""
    return {
        "SIGNALBOX_AGENTS": AGENTS,
        record.FOLDER: str(choice.folder),
        record.RUNS_FILE: choice.runs_file,
        "SIGNALBOX_NAMESPACE": f"replay-{os.getpid()}",
        "SIGNALBOX_COIN_KEY": choice.coin_key,
        "SIGNALBOX_WORKER_THREADS": os.environ.get("SIGNALBOX_WORKER_THREADS") or str(THREADS),
        "SIGNALBOX_HASHED_STATIC": "0",
        "REMAP_SIGTERM": "SIGQUIT",
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser",
    }


def _part(name: str, choice: Choice, more: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "console.management.replay", name, *choice.arguments(), *more]


def _run_to_end(command: list[str], env: dict[str, str]) -> None:
    child = processes.spawn(command, death_signal=signal.SIGKILL, env=env, cwd=ROOT, stdout=sys.stderr)
    if child.wait() != 0:
        raise LaunchFailed("The replay could not be prepared; the reason is above.")


def _review(command: list[str], env: dict[str, str], crew: list[Child]) -> dict[str, Any]:
    """Let everybody work until the reviewer has seen the last run end."""
    say("Starting workers and reviewer...")
    reviewer = processes.spawn(command, death_signal=signal.SIGKILL, env=env, cwd=ROOT, stdout=subprocess.PIPE)
    try:
        for member in crew:
            member.process = processes.spawn(
                # Standard output belongs to the report.
                member.command,
                death_signal=signal.SIGKILL,
                env=member.env,
                cwd=ROOT,
                stdout=sys.stderr,
            )
        _watch(reviewer, crew)
        said, _ = reviewer.communicate()
    finally:
        for member in crew:
            # Everything is over and committed, or given up: there is nothing to wait for.
            member.kill()
        processes.stop(reviewer, by=signal.SIGTERM, seconds=3)
    if reviewer.returncode != 0:
        raise LaunchFailed("The replay did not come to its end; the reason is above.")
    report: dict[str, Any] = json.loads(said)
    return report


def _watch(reviewer: subprocess.Popen[str], crew: list[Child]) -> None:
    while reviewer.poll() is None:
        gone = next((member.name for member in crew if member.exit_code() is not None), None)
        if gone:
            raise LaunchFailed(f"{gone} ended; the reason is above.")
        time.sleep(0.1)
