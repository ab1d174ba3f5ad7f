"""A PostgreSQL of a test's own that may crash: durable, and Django is pointed at it meanwhile."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connections
from psycopg.conninfo import conninfo_to_dict

from console.launch.servers import roles
from console.launch.servers.services import Services
from tests.plugins import databases

ALIASES = {"default": "DATABASE_URL", "owner": "MIGRATE_DATABASE_URL"}
UNSAFE = ("ALTER SYSTEM SET synchronous_commit = off", "ALTER SYSTEM SET wal_writer_delay = '10s'")


class Crashing:
    """The servers of a test's own."""

    def __init__(self, folder: Path) -> None:
        self._services = Services(folder, durable=True)
        self._services.start()
        roles.establish(self._services.access, for_tests=True)

    @property
    def environment(self) -> dict[str, str]:
        """Where they are."""
        return self._services.environment

    def crash(self) -> None:
        """What `pg_ctl restart -m immediate` does: every backend ends at once, and the log is replayed at the start."""
        server = self._services.children["postgres"]
        server.send_signal(signal.SIGQUIT)
        server.wait()
        self._services.start_postgres()

    def stop_syncing(self) -> None:
        """Answer COMMIT before it is on disk: what no installation may do."""
        with roles.superuser(self._services.access) as superuser:
            for statement in (*UNSAFE, "SELECT pg_reload_conf()"):
                superuser.execute(statement.encode())

    def stop(self) -> None:
        """End them."""
        self._services.stop()


@contextmanager
def crashing(folder: Path) -> Iterator[Crashing]:
    """Servers of a test's own; Django and child processes find them until the end of the block."""
    before = {alias: dict(connections.settings[alias]) for alias in ALIASES}
    addresses = {name: os.environ[name] for name in (*ALIASES.values(), "REDIS_URL")}
    made = Crashing(folder)
    try:
        _point(made.environment)
        yield made
    finally:
        databases.leave()
        for alias, kept in before.items():
            connections.settings[alias].update(kept)
            connections[alias].settings_dict.update(kept)
        os.environ.update(addresses)
        made.stop()


def _point(environment: dict[str, str]) -> None:
    databases.leave()
    os.environ.update(environment)
    for alias, variable in ALIASES.items():
        found = conninfo_to_dict(environment[variable])
        there = {"HOST": found["host"], "USER": found["user"], "PASSWORD": found["password"], "NAME": found["dbname"]}
        connections.settings[alias].update(there)
        connections[alias].settings_dict.update(there)
