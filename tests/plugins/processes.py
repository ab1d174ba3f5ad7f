"""Fixtures that start the console's real processes on the database of one test."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from console.launch import fleet
from console.launch.fleet import Child
from console.launch.ports import HOST
from tests.plugins.nursery import Nursery

READY_SECONDS = 60.0
T = TypeVar("T")


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Where web processes come from."""
    started = Nursery(_environment())
    yield started
    started.close()


@pytest.fixture
def web_server(nursery: Nursery, fresh_database: str) -> Iterator[str]:
    """Address of a web process of its own, which sees what this test commits; one from scratch for other settings."""
    port = free_port()
    if not nursery.is_alike(_environment()):
        child = fleet.web(port, _environment())
        yield from _running(child, f"http://{HOST}:{port}", lambda: fleet.is_healthy(port))
        return
    pid = nursery.fork(port, fresh_database)
    deadline = time.monotonic() + READY_SECONDS
    while not fleet.is_healthy(port):
        if time.monotonic() > deadline:
            pytest.fail("The web process did not start; its reason is in the captured output.")
        time.sleep(0.02)
    yield f"http://{HOST}:{port}"
    os.kill(pid, signal.SIGKILL)


@pytest.fixture
def start_worker(fresh_database: str, tmp_path: Path) -> Iterator[Callable[[], Child]]:
    """Starts a worker process each time it is called, and returns it when it takes messages.

    The child can be killed and started again (`kill`, `start`); all are stopped afterwards.
    """
    started: list[Child] = []

    def start() -> Child:
        child = fleet.worker(len(started) + 1, _environment(), tmp_path)
        started.append(child)
        child.start()
        _wait(child, lambda: child.mark is not None and child.mark.exists())
        return child

    yield start
    for child in started:
        child.stop()


@pytest.fixture
def beat(fresh_database: str) -> Iterator[Child]:
    """The process that sweeps every second."""
    child = fleet.beat(_environment())
    yield from _running(child, child, lambda: True)


def _running(child: Child, shown: T, is_ready: Callable[[], bool]) -> Iterator[T]:
    child.start()
    try:
        _wait(child, is_ready)
        yield shown
    finally:
        child.stop()


def _wait(child: Child, is_ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not is_ready():
        if child.exit_code() is not None or time.monotonic() > deadline:
            pytest.fail(f"{child.name} did not start; its reason is in the captured output.")
        time.sleep(0.05)


def _environment() -> dict[str, str]:
    """Of this moment: DATABASE_URL names the test's database by now."""
    return {**os.environ, "REMAP_SIGTERM": "SIGQUIT", "SIGNALBOX_HASHED_STATIC": "0"}


def free_port() -> int:
    """A port that nothing listens on right now."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]
        return port
