"""Who may do what in PostgreSQL: an owner that migrates, and a role for the application.

The application's role owns nothing and makes nothing, so that a fault or an intruder in it cannot
switch off what the database itself refuses. The superuser belongs to the launcher alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from console.launch.servers.postgres import SUPERUSER
from console.launch.state import read_private, write_private

OWNER = "signalbox"
APPLICATION = "signalbox_app"
DATABASE = "signalbox"


@dataclass(frozen=True)
class Access:
    """Addresses of one cluster: its socket folder and the passwords of its three roles."""

    runtime: Path
    passwords: dict[str, str]

    def url(self, role: str, database: str = DATABASE) -> str:
        return f"postgresql://{role}:{self.passwords[role]}@/{database}?host={self.runtime}"


def load_passwords(path: Path) -> dict[str, str]:
    """The passwords kept in `path`; made once, before the cluster that will have them."""
    kept = read_private(path)
    passwords = {role: kept.get(role) or secrets.token_urlsafe(24) for role in (SUPERUSER, OWNER, APPLICATION)}
    if passwords != kept:
        write_private(path, passwords)
    return passwords


def establish(access: Access, *, for_tests: bool = False) -> None:
    """Bring roles and database to what they should be, whatever they are now.

    For tests the owner also makes databases, ends the sessions in those that it drops, and empties them.
    """
    with superuser(access) as connection:
        for role in (OWNER, APPLICATION):
            _establish_role(connection, role, access.passwords[role])
        if for_tests:
            owner = sql.Identifier(OWNER)
            connection.execute(sql.SQL("ALTER ROLE {} CREATEDB").format(owner))
            connection.execute(sql.SQL("GRANT pg_signal_backend TO {}").format(owner))
            connection.execute(sql.SQL("GRANT SET ON PARAMETER session_replication_role TO {}").format(owner))
        exists = "SELECT 1 FROM pg_database WHERE datname = %s"
        if connection.execute(exists, [DATABASE]).fetchone() is None:
            create_database(connection, DATABASE)


def _establish_role(connection: psycopg.Connection[tuple[object, ...]], role: str, password: str) -> None:
    exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verb = sql.SQL("ALTER ROLE" if exists else "CREATE ROLE")
    connection.execute(
        sql.SQL("{verb} {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {password}").format(
            verb=verb, role=sql.Identifier(role), password=sql.Literal(password)
        )
    )


def create_database(
    connection: psycopg.Connection[tuple[object, ...]], name: str, *, template: str = "template1"
) -> None:
    """Make a database of the owner's that only the application may also enter.

    Rights on a database are not copied from a template, so they are given each time.
    """
    names = {
        "database": sql.Identifier(name),
        "template": sql.Identifier(template),
        "owner": sql.Identifier(OWNER),
        "application": sql.Identifier(APPLICATION),
    }
    for statement in (
        "CREATE DATABASE {database} OWNER {owner} TEMPLATE {template}",
        "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        "GRANT CONNECT ON DATABASE {database} TO {application}",
    ):
        connection.execute(sql.SQL(statement).format(**names))


@contextmanager
def superuser(access: Access) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection for the launcher's own work, outside of the application's database."""
    with psycopg.connect(access.url(SUPERUSER, "postgres"), autocommit=True) as connection:
        yield connection
