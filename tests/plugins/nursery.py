"""A process that has read the console's code once, and forks a web process of it whenever a test wants one.

Reading it takes three seconds, which every browser test had to wait for. What is forked is the console as `up` starts
it: uvicorn with the same application, on a port and a database of its own. One line of JSON in, the pid out.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping

from console.launch import processes
from console.launch.ports import HOST
from console.launch.state import ROOT

ALIASES = ("default", "owner")


class Nursery:
    """The process, from outside."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = _settings(environment)
        self._process = processes.spawn(
            [sys.executable, "-m", "tests.plugins.nursery"],
            death_signal=signal.SIGKILL,
            env=environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def is_alike(self, environment: Mapping[str, str]) -> bool:
        """Whether what it has read is what a process with this environment would read."""
        return _settings(environment) == self._environment

    def fork(self, port: int, database: str) -> int:
        """The pid of a new web process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{json.dumps({'port': port, 'database': database})}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "The nursery of web processes has ended; its reason is in the captured output."
        return int(line)

    def close(self) -> None:
        """End it, and with it whatever it has forked."""
        self._process.communicate()


def _settings(environment: Mapping[str, str]) -> dict[str, str]:
    """What settings depend on, but for the database."""
    return {
        name: value
        for name, value in environment.items()
        if name.startswith("SIGNALBOX_") or name in ("REDIS_URL", "DJANGO_SETTINGS_MODULE")
    }


def main() -> None:
    """Read the code, then fork for each line until there are no more."""
    import django

    django.setup()
    import uvicorn

    from console.asgi import application

    # Ended children are reaped by nobody else.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            processes.follow_parent(signal.SIGKILL)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _enter(order["database"])
            uvicorn.run(
                application,
                host=HOST,
                port=order["port"],
                lifespan="off",
                access_log=False,
                server_header=False,
                log_level="warning",
                proxy_headers=False,
            )
            os._exit(0)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _enter(database: str) -> None:
    from django.db import connections

    for alias in ALIASES:
        connections.settings[alias]["NAME"] = database
        connections[alias].settings_dict["NAME"] = database


if __name__ == "__main__":
    main()
