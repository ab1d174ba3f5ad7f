"""A pytest plugin that has PostgreSQL and Valkey running before Django reads its settings.

Loaded by `-p` in the options of pyproject.toml, because pytest-django reads the settings before any
conftest. One pair of servers serves all xdist workers; with DATABASE_URL, MIGRATE_DATABASE_URL and
REDIS_URL set, those are used and nothing is started.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator

import pytest

from console.launch import processes
from console.launch.state import ROOT
from tests.plugins import databases

NAMES = ("DATABASE_URL", "MIGRATE_DATABASE_URL", "REDIS_URL")
_keeper: subprocess.Popen[str] | None = None


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None]:
    """Runs before pytest-django's own hook, which is why it is a wrapper."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    # Wake-ups of one xdist worker must not reach the processes of another.
    os.environ["SIGNALBOX_NAMESPACE"] = f"tests-{os.getpid()}-{worker}"
    os.environ.setdefault("SIGNALBOX_LOG_FORMAT", "console")
    if worker:
        # On its own it would see that pytest is gone only after its present test.
        processes.follow_parent(signal.SIGKILL)
    else:
        os.environ["SIGNALBOX_TESTS"] = f"tests_{os.getpid()}"
        if not all(os.environ.get(name) for name in NAMES):
            os.environ.update(_start())
    return (yield)


def _start() -> dict[str, str]:
    global _keeper
    _keeper = processes.spawn(
        [sys.executable, "-m", "tests.plugins.keeper"],
        death_signal=None,  # the pipe tells it, and then it cleans up
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert _keeper.stdout is not None
    line = _keeper.stdout.readline()
    if not line:
        raise pytest.UsageError("The servers for the tests did not start; the reason is above.")
    addresses: dict[str, str] = json.loads(line)
    return addresses


def pytest_unconfigure() -> None:
    """Close the pipe and wait, so that the next run finds nothing of this one."""
    if os.environ.get("PYTEST_XDIST_WORKER"):
        return
    if _keeper is None:
        databases.drop_all()
    else:
        _keeper.communicate()
