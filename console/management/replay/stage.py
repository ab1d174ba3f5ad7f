"""The servers a replay runs on, and a database of its own in them: its figures are never mixed with anything else."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from console.launch.servers import roles
from console.launch.servers.postgres import SUPERUSER
from console.launch.servers.services import ADDRESSES, Services
from console.launch.state import LaunchFailed, folder, read_private
from console.management.replay.telling import say

NAMES = ("DATABASE_URL", "REDIS_URL")
CANNOT = (
    "No database could be made there ({error}): let the role of MIGRATE_DATABASE_URL make databases (ALTER ROLE ... "
    "CREATEDB), or unset DATABASE_URL and REDIS_URL to replay on servers of its own."
)
Connection = psycopg.Connection[Any]


def stage() -> AbstractContextManager[dict[str, str]]:
    """The addresses of an empty database and a broker, for as long as the context lasts.

    In the servers that DATABASE_URL and REDIS_URL name, else in those of the `up` that runs in this clone, a database
    is made and dropped again; else servers are started in a scratch folder and stopped again. Raises LaunchFailed.
    """
    given = {name: value for name in (*NAMES, "MIGRATE_DATABASE_URL") if (value := os.environ.get(name))}
    if len(given.keys() & set(NAMES)) == 1:
        raise LaunchFailed("Set both DATABASE_URL and REDIS_URL, or neither.")
    if given.keys() >= set(NAMES):
        owner = given.setdefault("MIGRATE_DATABASE_URL", given["DATABASE_URL"])
        return _database(given, make_conninfo(owner, dbname="postgres"))
    running = read_private(folder() / ADDRESSES)
    superuser = _superuser(running)
    return _database({**running}, superuser) if superuser else _servers()


def _superuser(running: dict[str, Any]) -> str:
    """How the launcher itself enters the servers of the `up` that runs here; empty when none does."""
    if "DATABASE_URL" not in running:
        return ""
    access = roles.Access(Path(running["runtime"]), roles.load_passwords(folder() / "database.json"))
    url = access.url(SUPERUSER, "postgres")
    with suppress(psycopg.OperationalError), psycopg.connect(url):
        return url
    return ""


@contextmanager
def _servers() -> Iterator[dict[str, str]]:
    """Servers of this replay alone, which need not survive a crash."""
    say("Starting PostgreSQL and Valkey...")
    with tempfile.TemporaryDirectory(prefix="signalbox-replay-") as scratch:
        place = Path(scratch)
        place.chmod(0o711)  # as root the server may run under another account; what is in there is closed
        services = Services(place, durable=False)
        try:
            services.start()
            yield services.environment
        finally:
            services.stop()


@contextmanager
def _database(addresses: dict[str, str], maker: str) -> Iterator[dict[str, str]]:
    name = f"replay_{os.getpid()}"
    try:
        with psycopg.connect(maker, autocommit=True) as connection:
            roles.create_database(connection, name)
            _forgo_durability(connection, name)
    except psycopg.Error as error:
        raise LaunchFailed(CANNOT.format(error=str(error).strip())) from error
    try:
        moved = {
            key: urlsplit(value)._replace(path=f"/{name}").geturl() if "DATABASE" in key else str(value)
            for key, value in addresses.items()
        }
        yield moved
    finally:
        with psycopg.connect(maker, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _forgo_durability(connection: Connection, name: str) -> None:
    """A database that is dropped at the end need not wait for the disk."""
    statement = sql.SQL("ALTER DATABASE {} SET synchronous_commit = off")
    connection.execute(statement.format(sql.Identifier(name)))
