"""Making a used clone of the template what the template is again, without copying it.

Triggers and foreign keys are out of the way for this one session, which the owner may do on our own servers only.
A clone in which anything but rows was changed is never handed out again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import LiteralString

import psycopg
from psycopg import sql

# Everything that DDL leaves behind: a row of a catalog that was written again has another xmin.
_SHAPE = """
SELECT md5(string_agg(line, ',' ORDER BY line)) FROM (
    SELECT concat('p', oid, '.', xmin) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT concat('t', oid, '.', xmin) FROM pg_trigger
    UNION ALL SELECT concat('c', oid, '.', xmin) FROM pg_constraint
    UNION ALL SELECT concat('i', indexrelid, '.', xmin) FROM pg_index
    UNION ALL SELECT concat('a', attrelid, '.', attnum, '.', xmin) FROM pg_attribute WHERE attrelid >= 16384
    UNION ALL SELECT concat('r', oid, '.', relname, '.', relacl) FROM pg_class WHERE oid >= 16384
    UNION ALL SELECT concat('n', oid, '.', xmin) FROM pg_namespace WHERE nspname = 'public'
    UNION ALL SELECT concat('s', setrole, '.', setconfig) FROM pg_db_role_setting
        JOIN pg_database d ON d.oid = setdatabase AND d.datname = current_database()
) AS catalogs(line)
"""
_TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"
_SEQUENCES = "SELECT sequencename, start_value, last_value FROM pg_sequences WHERE schemaname = 'public'"
_ENDED = """
SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
_LEFT = _ENDED.replace("pg_terminate_backend(pid, 5000)", "*")
_original: Original | None = None


@dataclass(frozen=True)
class Original:
    """What a clone of the template looks like before its first use."""

    shape: str
    filled: dict[str, str]
    """The rows, as JSON, of each table that comes with some."""
    empty: tuple[str, ...]
    drawn: dict[str, int | None]
    """How far each sequence is."""


def remember(address: str) -> None:
    """Look at a clone that nobody has used, once a process; the template itself must stay alone to be copied."""
    global _original
    _original = _original or _seen(address)


def wash(address: str) -> bool:
    """Whether the clone at `address` is as it came again, with nobody in it."""
    original = _original
    if original is None:
        return False
    try:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(_ENDED)
            if _one(connection, _LEFT):
                return False
            with connection.transaction():
                connection.execute("SET LOCAL session_replication_role = replica")
                for name in _used(connection, original.empty):
                    connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
                _refill(connection, original.filled)
                _rewind(connection, original.drawn)
            return _one(connection, _SHAPE) == original.shape
    except psycopg.errors.InsufficientPrivilege:  # a server of somebody else's
        return False


def _seen(address: str) -> Original:
    with psycopg.connect(address, autocommit=True) as connection:
        tables = tuple(str(name) for (name,) in connection.execute(_TABLES))
        filled = _used(connection, tables)
        return Original(
            shape=str(_one(connection, _SHAPE)),
            filled=_rows(connection, filled),
            empty=tuple(name for name in tables if name not in filled),
            drawn={str(name): last for name, _, last in connection.execute(_SEQUENCES)},
        )


def _used(connection: psycopg.Connection[tuple[object, ...]], tables: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the tables that hold a row."""
    looks = (
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(name), sql.Identifier(name))
        for name in tables
    )
    return tuple(str(name) for (name,) in connection.execute(sql.SQL(" UNION ALL ").join(looks)))


def _rows(connection: psycopg.Connection[tuple[object, ...]], tables: Iterable[str]) -> dict[str, str]:
    rows = sql.SQL("SELECT json_agg(t ORDER BY t::text)::text FROM {} t")
    return {name: str(_one(connection, rows.format(sql.Identifier(name)))) for name in tables}


def _refill(connection: psycopg.Connection[tuple[object, ...]], filled: dict[str, str]) -> None:
    """Give the tables that came with rows these rows and no others."""
    now = _rows(connection, filled)
    for name, rows in filled.items():
        if now[name] != rows:
            table = sql.Identifier(name)
            connection.execute(sql.SQL("DELETE FROM {}").format(table))
            refill = sql.SQL("INSERT INTO {0} SELECT * FROM json_populate_recordset(NULL::{0}, %s)")
            connection.execute(refill.format(table), [rows])


def _rewind(connection: psycopg.Connection[tuple[object, ...]], drawn: dict[str, int | None]) -> None:
    for name, start, last in connection.execute(_SEQUENCES).fetchall():
        before = drawn[str(name)]
        if last != before:
            value = start if before is None else before
            connection.execute("SELECT setval(%s::regclass, %s, %s)", [f'public."{name}"', value, before is not None])


def _one(connection: psycopg.Connection[tuple[object, ...]], statement: LiteralString | sql.Composed) -> object:
    row = connection.execute(statement).fetchone()
    assert row is not None
    return row[0]
