"""Databases for tests: one template, migrated once by the owner, and clones of it.

A run's databases start with its name, so that they can be told from everything else on a server
that was given by DATABASE_URL. A clone that was given back is washed and handed out again, because
making one costs five times as much.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.core.management import call_command
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
from psycopg import sql
from psycopg.conninfo import make_conninfo

from console.launch.servers import roles
from tests.plugins import washing

_numbers = count(1)
_clean: list[str] = []
_uses: Counter[str] = Counter()
MOST_USES = 40
"""Then a clone is dropped, because what was deleted is still in its files."""


def run_name() -> str:
    return os.environ["SIGNALBOX_TESTS"]


def clone() -> str:
    """A database like the template, which is made by whoever asks first."""
    if _clean:
        return _clean.pop()
    _ensure_template()
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"{run_name()}_{worker}_{next(_numbers)}"
    with _owner() as connection:
        roles.create_database(connection, name, template=_template())
    washing.remember(address(name))
    return name


def give_back(name: str) -> None:
    """End what still uses a clone, and keep it for whoever wants the next one; what cannot be washed is dropped."""
    _uses[name] += 1
    if not _clean and _uses[name] < MOST_USES and washing.wash(address(name)):
        _clean.append(name)
    else:
        drop(name)


def drop(name: str) -> None:
    """Remove a database under whatever still uses it."""
    with _owner() as connection:
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        connection.execute(statement.format(sql.Identifier(name)))


def drop_all() -> None:
    """Remove every database of this run, on a server that outlives it."""
    with _owner() as connection:
        ours = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
        names = [str(row[0]) for row in connection.execute(ours, [run_name()]).fetchall()]
    for name in names:
        drop(name)


def current() -> str:
    """The database that Django uses now."""
    return str(connections.settings["default"]["NAME"])


def use(name: str) -> None:
    """Point Django in every thread, and child processes to come, at another database.

    All threads read the one settings dictionary when they connect, so it is changed in place.
    """
    leave()
    for alias, variable in (("default", "DATABASE_URL"), ("owner", "MIGRATE_DATABASE_URL")):
        connections.settings[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name
        os.environ[variable] = urlsplit(os.environ[variable])._replace(path=f"/{name}").geturl()


def leave() -> None:
    """Close what this process has open."""
    for connection in connections.all():
        connection.close()
    default = connections["default"]
    if isinstance(default, DatabaseWrapper):
        default.close_pool()  # the owner has none


def _template() -> str:
    return f"{run_name()}_template"


def _ensure_template() -> None:
    """Made under another name and renamed when it is whole; one process makes it, others wait."""
    with _owner() as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [_template()])
        exists = "SELECT 1 FROM pg_database WHERE datname = %s"
        if connection.execute(exists, [_template()]).fetchone():
            return
        raw = f"{run_name()}_raw"
        roles.create_database(connection, raw)
        _migrate(raw)
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        connection.execute(rename.format(sql.Identifier(raw), sql.Identifier(_template())))


def _migrate(name: str) -> None:
    owner = connections["owner"]
    before = owner.settings_dict["NAME"]
    owner.settings_dict["NAME"] = name
    call_command("migrate", interactive=False, verbosity=0)
    owner.close()  # a database in use cannot be renamed or cloned
    owner.settings_dict["NAME"] = before


def address(name: str) -> str:
    """Of a database, as its owner."""
    return make_conninfo(os.environ["MIGRATE_DATABASE_URL"], dbname=name)


@contextmanager
def _owner() -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(address("postgres"), autocommit=True) as connection:
        yield connection
