"""A world server as a process of a test: started, asked and stopped."""

import json
import signal
import subprocess
import sys
from collections.abc import Collection
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from console.launch import processes
from console.launch.state import ROOT

HOST = "127.0.0.1"


class World:
    """The world server and its log, which is the only oracle."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "world.log"
        self._process = processes.spawn(
            [sys.executable, "-m", "tests.plugins.worlds.server", str(self.log)],
            death_signal=signal.SIGKILL,
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def effects(self) -> list[dict[str, Any]]:
        """Every effect that happened, in order."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def effects_of(self, runs: Collection[str]) -> list[dict[str, Any]]:
        """What happened for these runs."""
        return [effect for effect in self.effects() if effect["run"] in runs]

    def release(self) -> None:
        """Let go every request that hangs."""
        connection = HTTPConnection(HOST, self.port, timeout=5)
        connection.request("POST", "/release", b"")
        connection.getresponse().read()
        connection.close()

    def stop(self) -> None:
        """End it; the log stays."""
        processes.stop(self._process, by=signal.SIGTERM, seconds=5)
        assert self._process.stdout is not None
        self._process.stdout.close()
