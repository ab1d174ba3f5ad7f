"""A worker whose session broke is a new worker: a row without its lock would be taken for dead while it works."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from psycopg import sql

from agents.guards import leases
from agents.guards.leases import Lease
from tests.faults.fleet.scene.crew import wait_for
from tests.plugins import databases

LOCKED = """
SELECT count(*) FROM pg_locks
WHERE locktype = 'advisory' AND classid = 21314 AND objid = %s AND granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
SESSIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"


def test_a_worker_whose_database_was_away_holds_a_lock_again(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(leases, "BEAT_SECONDS", 0.05)
    lease = Lease(on_work=lambda: None)
    first = lease.holder.worker_id
    lease.start()
    try:
        with away(fresh_database):
            wait_for("two beats fail", lambda: caplog.text.count("heartbeat_failed") >= 2)
        wait_for("a new worker", lambda: lease.holder.worker_id != first)
        with connection.cursor() as cursor:
            cursor.execute(LOCKED, [lease.holder.worker_id])
            assert cursor.fetchone() == (1,)
    finally:
        lease.stop()


@contextmanager
def away(name: str) -> Iterator[None]:
    """A database that ends every session and lets nobody in."""
    databases.leave()
    with databases._owner() as owner:
        allow = sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS {}")
        owner.execute(allow.format(sql.Identifier(name), sql.SQL("false")))
        owner.execute(SESSIONS, [name])
        yield
        owner.execute(allow.format(sql.Identifier(name), sql.SQL("true")))
