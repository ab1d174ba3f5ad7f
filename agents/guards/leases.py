"""Leases: a worker process is alive while its session advisory lock is held and its heartbeat is fresh."""

import os
import socket
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

log = structlog.get_logger(__name__)

BEAT_SECONDS = 1.0
LEASE_SECONDS = 10

# The lock is taken in the transaction that makes the row, so that no other worker sees the row without its lock.
REGISTER = """
WITH me AS (INSERT INTO agents_worker (name, lanes) VALUES (%(name)s, %(lanes)s) RETURNING id)
SELECT id, pg_advisory_lock(21314, id::int) FROM me
"""

# One statement a second: say I live, end the dead, give their steps back, and tell whether work is due. A step that
# is running in my name and that no thread of mine carries (its COMMIT was answered to nobody) is given back too.
# `objsubid = 2` is how pg_locks shows a lock of two integers.
BEAT = """
WITH beat AS (UPDATE agents_worker SET heartbeat_at = now() WHERE id = %(me)s AND ended_at IS NULL RETURNING id),
     locks AS (SELECT objid::bigint AS id FROM pg_locks
               WHERE locktype = 'advisory' AND classid = 21314 AND objsubid = 2 AND granted
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())),
     dead AS (UPDATE agents_worker w SET ended_at = now()
              WHERE w.ended_at IS NULL AND w.id <> %(me)s
                AND (w.heartbeat_at < now() - %(lease)s * interval '1 second' OR w.id NOT IN (SELECT id FROM locks))
              RETURNING w.id),
     freed AS (UPDATE agents_step s SET status = 'ready', worker_id = NULL, wake_at = now()
               WHERE s.status = 'running'
                 AND (s.worker_id IN (SELECT id FROM dead)
                      OR EXISTS (SELECT 1 FROM agents_worker w WHERE w.id = s.worker_id AND w.ended_at IS NOT NULL)
                      OR (s.worker_id = %(me)s AND s.claimed_at < now() - interval '5 seconds'
                          AND NOT s.id = ANY(%(carried)s)))
               RETURNING s.id)
SELECT (SELECT count(*) FROM beat), (SELECT count(*) FROM freed),
       EXISTS (SELECT 1 FROM agents_step WHERE status = 'ready' AND wake_at <= now() AND lane = ANY(%(lanes)s))
"""


@dataclass(frozen=True)
class Holder:
    """The worker row a process holds steps under, and the lanes it serves."""

    worker_id: int
    lanes: tuple[str, ...] = ("default",)


class Lease:
    """The right of one process to hold steps; a thread of its own keeps it.

    `on_work` is called from that thread when steps are due, so that work goes on with every message lost; `carried`
    tells the ids of the steps that the process really carries. A process
    that was stopped longer than the lease finds itself ended and registers anew: its steps are fenced by their epoch.
    """

    def __init__(
        self,
        *,
        lanes: tuple[str, ...] = ("default",),
        on_work: Callable[[], None],
        carried: Callable[[], Collection[int]] = tuple,
    ) -> None:
        self._lanes = lanes
        self._carried = carried
        self._on_work = on_work
        self._stop = threading.Event()
        self._connection: BaseDatabaseWrapper | None = None
        self._thread = threading.Thread(target=self._keep, name="lease", daemon=True)
        self.holder = self._register()

    def start(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def stop(self) -> None:
        """End the lease; held steps are given back by the next worker that looks."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        if self._connection is not None:
            self._connection.close()

    def beat(self) -> None:
        """Say I live, free what dead workers held, and call for work that is due."""
        names: dict[str, Any] = {
            "me": self.holder.worker_id,
            "lanes": list(self._lanes),
            "lease": LEASE_SECONDS,
            "carried": list(self._carried()),
        }
        with self._own().cursor() as cursor:
            cursor.execute(BEAT, names)
            alive, freed, due = cursor.fetchone()
        if not alive:
            log.warning("lease_lost", worker=self.holder.worker_id)
            self.holder = self._register()
        if freed:
            log.warning("steps_taken_over", steps=freed)
        if due or freed:
            self._on_work()

    def _keep(self) -> None:
        while not self._stop.wait(BEAT_SECONDS):
            try:
                self.beat()
            except DatabaseError as error:
                log.warning("heartbeat_failed", error=str(error))
                self._reconnect()

    def _reconnect(self) -> None:
        """The session and its lock are gone: be a new worker as soon as the database answers."""
        try:
            self.holder = self._register()
        except DatabaseError as error:
            log.warning("database_away", error=str(error))

    def _register(self) -> Holder:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        name = f"{socket.gethostname()}:{os.getpid()}"
        with self._own().cursor() as cursor:
            cursor.execute(REGISTER, {"name": name, "lanes": _json(self._lanes)})
            worker_id = cursor.fetchone()[0]
        return Holder(int(worker_id), self._lanes)

    def _own(self) -> BaseDatabaseWrapper:
        """A connection outside the pool: its session is the lock, so it must never be handed to anybody else."""
        if self._connection is None:
            own = connection.copy()
            own.settings_dict = {**own.settings_dict, "OPTIONS": dict(own.settings_dict["OPTIONS"])}
            own.settings_dict["OPTIONS"].pop("pool", None)
            own.inc_thread_sharing()
            self._connection = own
        return self._connection


def _json(lanes: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'"{lane}"' for lane in lanes) + "]"
