"""The embedded servers together: started side by side, stopped in order, their addresses told."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from console.launch import processes
from console.launch.servers import roles, valkey
from console.launch.servers.postgres import STOP_SECONDS, SUPERUSER, Cluster
from console.launch.state import read_private, write_private

ADDRESSES = "services.json"
# A socket's path may have 107 bytes, so it lies in a short folder and not in the clone.
_RUNTIME_PREFIX = "signalbox-"


class Services:
    """PostgreSQL and Valkey with their data in `folder`, reachable by this user only."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder
        self.durable = durable
        _remove_leftover(folder)
        self.runtime = Path(tempfile.mkdtemp(prefix=_RUNTIME_PREFIX, dir=_short_folder()))
        passwords = roles.load_passwords(folder / "database.json")
        self.access = roles.Access(self.runtime, passwords)
        self.cluster = Cluster(folder, self.runtime, passwords[SUPERUSER], durable)
        self.children: dict[str, subprocess.Popen[str]] = {}

    @property
    def environment(self) -> dict[str, str]:
        """What a child process needs to find the servers."""
        return {
            "DATABASE_URL": self.access.url(roles.APPLICATION),
            "MIGRATE_DATABASE_URL": self.access.url(roles.OWNER),
            "REDIS_URL": f"unix://{valkey.address(self.runtime)}",
        }

    def start(self) -> None:
        """Start both, and return when both answer and the roles are as they should be."""
        write_private(self.folder / ADDRESSES, {"runtime": str(self.runtime)})
        self.start_valkey()
        self.start_postgres()
        valkey.wait(self.children["valkey"], self.runtime, self._valkey_log)
        roles.establish(self.access, for_tests=not self.durable)
        addresses = {"runtime": str(self.runtime), **self.environment}
        write_private(self.folder / ADDRESSES, addresses)

    def start_valkey(self) -> None:
        self.children["valkey"] = valkey.start(self.runtime, self._valkey_log)

    def start_postgres(self) -> None:
        self.children["postgres"] = self.cluster.start()
        self.cluster.wait(self.children["postgres"])

    @property
    def _valkey_log(self) -> Path:
        return self.folder / "valkey.log"

    def stop(self) -> None:
        """Stop whatever runs; the last trace of this run goes too."""
        if child := self.children.get("valkey"):
            processes.stop(child, by=signal.SIGTERM, seconds=5)
        if child := self.children.get("postgres"):
            processes.stop(child, by=signal.SIGINT, seconds=STOP_SECONDS)
        _remove_leftover(self.folder)
        shutil.rmtree(self.runtime, ignore_errors=True)


def _short_folder() -> str:
    """XDG_RUNTIME_DIR is private to the user and emptied for us; /tmp is short everywhere."""
    private = os.environ.get("XDG_RUNTIME_DIR", "")
    if private and len(private) < 60 and os.access(private, os.W_OK | os.X_OK):
        return private
    return "/tmp"


def _remove_leftover(folder: Path) -> None:
    """Remove the socket folder that a killed run left behind, and forget its addresses."""
    kept = read_private(folder / ADDRESSES).get("runtime")
    if isinstance(kept, str) and Path(kept).name.startswith(_RUNTIME_PREFIX):
        shutil.rmtree(kept, ignore_errors=True)
    (folder / ADDRESSES).unlink(missing_ok=True)
