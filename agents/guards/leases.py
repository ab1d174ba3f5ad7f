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

# Each second, in one statement: say I live, end the dead, give back what they held, and tell whether work is due.
# Nobody waits here: a worker stalled in a transaction stops no other heart. A step that is running in my name and that
# no thread of mine carries (its COMMIT was answered to nobody) is given back too. `objsubid = 2` is how pg_locks shows
# a lock of two integers; the parts of a statement do not see each other's writes, so the dead are named twice.
BEAT = """
WITH beat AS (UPDATE agents_worker SET heartbeat_at = now() WHERE id = %(me)s AND ended_at IS NULL RETURNING id),
     locks AS (SELECT objid::bigint AS id FROM pg_locks
               WHERE locktype = 'advisory' AND classid = 21314 AND objsubid = 2 AND granted
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())),
     dead AS (UPDATE agents_worker SET ended_at = now()
              WHERE id IN (SELECT id FROM agents_worker
                           WHERE ended_at IS NULL AND id <> %(me)s
                             AND (heartbeat_at < now() - %(lease)s * interval '1 second'
                                  OR id NOT IN (SELECT id FROM locks))
                           FOR NO KEY UPDATE SKIP LOCKED)
              RETURNING id),
     freed AS (UPDATE agents_step SET status = 'ready', worker_id = NULL, wake_at = now()
               WHERE id IN (SELECT s.id FROM agents_step s
                            WHERE s.status = 'running'
                              AND (s.worker_id IN (SELECT id FROM dead)
                                   OR NOT EXISTS (SELECT 1 FROM agents_worker w
                                                  WHERE w.id = s.worker_id AND w.ended_at IS NULL)
                                   OR (s.worker_id = %(me)s AND s.claimed_at < now() - interval '5 seconds'
                                       AND NOT s.id = ANY(%(carried)s)))
                            FOR NO KEY UPDATE SKIP LOCKED)
               RETURNING id)
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
    tells the ids of the steps that the process really carries. A process that was stopped longer than the lease, or
    whose session broke, is a new worker from its next beat on: its steps are fenced by their epoch.
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
        self._begin()

    def start(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def stop(self) -> None:
        """End the lease; held steps are given back by the next worker that looks."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        self._end()

    def beat(self) -> None:
        """Say I live, free what dead workers held, and call for work that is due."""
        own = self._connection or self._begin()
        me = self.holder.worker_id
        names: dict[str, Any] = {
            "me": me,
            "lease": LEASE_SECONDS,
            "lanes": list(self._lanes),
            "carried": list(self._carried()),
        }
        with own.cursor() as cursor:
            cursor.execute(BEAT, names)
            is_alive, freed, due = cursor.fetchone()
        if not is_alive:
            log.warning("lease_lost", worker=me)
            self._begin()
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
                self._end()
            except Exception:
                # Whatever calling for work came to, a process that stopped beating would be given up for dead.
                log.exception("heartbeat_failed")

    def _begin(self) -> BaseDatabaseWrapper:
        """Be a new worker, in a session of its own that holds its lock; what an earlier one held is lost."""
        self._end()
        own = _outside_pool()
        try:
            with own.cursor() as cursor:
                name = f"{socket.gethostname()}:{os.getpid()}"
                cursor.execute(REGISTER, {"name": name, "lanes": _json(self._lanes)})
                self.holder = Holder(int(cursor.fetchone()[0]), self._lanes)
        except DatabaseError:
            own.close()
            raise
        self._connection = own
        return own

    def _end(self) -> None:
        """Close the session and with it the lock; a beat after this begins anew."""
        own, self._connection = self._connection, None
        if own is not None:
            own.close()


def _outside_pool() -> BaseDatabaseWrapper:
    """A connection outside the pool: its session is the lock, so it must never be handed to anybody else."""
    own = connection.copy()
    own.settings_dict = {**own.settings_dict, "OPTIONS": dict(own.settings_dict["OPTIONS"])}
    own.settings_dict["OPTIONS"].pop("pool", None)
    own.inc_thread_sharing()
    return own


def _json(lanes: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'"{lane}"' for lane in lanes) + "]"
