"""`manage.py up` as a person meets it: it comes up, says so, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from console.launch import processes
from console.launch.state import ROOT
from tests.plugins.processes import free_port
from tests.plugins.services import NAMES

UP = [sys.executable, "manage.py", "up"]
SECONDS_TO_BE_READY = 90.0
SECONDS_TO_BE_GONE = 20.0


@dataclass
class Clone:
    """A state folder as in a fresh clone, and the `up` that runs on it."""

    folder: Path
    child: subprocess.Popen[str]
    address: str = ""

    @classmethod
    def start(cls, folder: Path) -> Clone:
        said = folder / "said"
        with said.open("w") as output:
            command = [*UP, "--port", str(free_port()), "--no-sample"]
            env = _environment(folder)
            child = processes.spawn(
                command, death_signal=signal.SIGKILL, env=env, cwd=ROOT, stdout=output, stderr=output
            )
        clone = cls(folder, child)
        clone.address = _address(child, said)
        return clone


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    """Started once for this module, whose last tests end it."""
    started = Clone.start(tmp_path_factory.mktemp("clone"))
    yield started
    processes.stop(started.child, by=signal.SIGTERM, seconds=SECONDS_TO_BE_GONE)


def test_it_serves_when_it_says_ready(clone: Clone) -> None:
    with urllib.request.urlopen(f"{clone.address}/healthz") as answer:
        assert answer.status == 200


def test_a_second_one_in_the_same_clone_is_told_why_not(clone: Clone) -> None:
    env = _environment(clone.folder)
    second = subprocess.run(UP, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert "already runs from this folder" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_kill_leaves_no_process_behind_and_the_next_one_goes_on(clone: Clone) -> None:
    family = _descendants(clone.child.pid)
    assert len(family) > 5
    clone.child.kill()
    clone.child.wait()
    assert _survivors(family) == set()

    again = Clone.start(clone.folder)
    family = _descendants(again.child.pid)
    again.child.send_signal(signal.SIGTERM)
    assert again.child.wait(SECONDS_TO_BE_GONE) == 0
    assert _survivors(family) == set()


def _environment(folder: Path) -> dict[str, str]:
    """No servers are given, and nothing is kept but what is in the folder."""
    kept = {name: value for name, value in os.environ.items() if name not in NAMES}
    return {**kept, "SIGNALBOX_STATE": str(folder / "state")}


def _address(child: subprocess.Popen[str], said: Path) -> str:
    deadline = time.monotonic() + SECONDS_TO_BE_READY
    while child.poll() is None and time.monotonic() < deadline:
        ready = [line for line in said.read_text().splitlines() if line.startswith("ready ")]
        if ready:
            return ready[0].removeprefix("ready ")
        time.sleep(0.05)
    return pytest.fail(f"up did not get ready: {said.read_text()}")


def _descendants(ancestor: int) -> set[int]:
    """All processes below one, from the table of parents."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True)
    pairs = [line.split() for line in listed.stdout.splitlines()]
    parents = {int(pid): int(parent) for pid, parent in pairs}
    return {pid for pid in parents if ancestor in _ancestors(pid, parents)}


def _ancestors(pid: int, parents: dict[int, int]) -> set[int]:
    found: set[int] = set()
    while (pid := parents.get(pid, 0)) and pid not in found:
        found.add(pid)
    return found


def _survivors(family: set[int]) -> set[int]:
    """Who of them still runs when the time is up; an unburied zombie does not run."""
    deadline = time.monotonic() + SECONDS_TO_BE_GONE
    while (left := {pid for pid in family if _runs(pid)}) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def _runs(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
