"""Write down how a step ended and what that sets going, in one transaction with claiming the next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from agents.domain.errors import StaleStep
from agents.domain.plan import StepSpec
from agents.domain.run import StepStatus
from agents.engine import accepting
from agents.engine.queue.claiming import Held
from agents.models import Run, Step
from approvals.inbox import withdrawing

FINISH = """
UPDATE agents_step SET status = %(status)s, output = %(output)s, error = %(error)s,
       ended_at = clock_timestamp(), worker_id = NULL
WHERE id = %(id)s AND epoch = %(epoch)s AND status = 'running'
"""

# A step that waits for several is unblocked by the last of them: the row lock serialises the counting down.
UNBLOCK = """
UPDATE agents_step SET blockers = blockers - 1, status = CASE WHEN blockers = 1 THEN 'ready' ELSE status END,
       ready_at = clock_timestamp()
WHERE run_id = %(run)s AND status = 'pending' AND after @> ARRAY[%(id)s]::bigint[]
RETURNING id, status
"""

PAUSE = """
UPDATE agents_step SET status = 'waiting', worker_id = NULL
WHERE id = %(id)s AND epoch = %(epoch)s AND status = 'running'
"""

POSTPONE = """
UPDATE agents_step SET status = 'ready', worker_id = NULL, wake_at = now() + %(seconds)s * interval '1 second'
WHERE id = %(id)s AND epoch = %(epoch)s AND status = 'running'
"""

# What can simply be dropped: nothing carries it, and no effect of unknown outcome hangs on it.
DROPPABLE = """
SELECT s.id, s.key FROM agents_step s
WHERE s.run_id = %s AND s.status IN ('pending', 'ready', 'waiting')
  AND NOT EXISTS (SELECT 1 FROM agents_operation o
                  WHERE o.step_id = s.id AND (o.outcome IS NULL OR o.outcome = 'unknown'))
"""

# SKIP LOCKED keeps the order of locks: a claim takes its step first and the run second.
DROP = """
UPDATE agents_step SET status = 'cancelled', ended_at = now()
WHERE id IN (SELECT id FROM agents_step WHERE id = ANY(%s) AND status IN ('pending', 'ready', 'waiting')
             FOR UPDATE SKIP LOCKED)
"""

# Taken first in every transaction that ends a step: the last of several branches then sees the others' ends.
LOCK = "SELECT cancelled_at IS NOT NULL FROM agents_run WHERE id = %s FOR NO KEY UPDATE"

SETTLE = """
WITH live AS (SELECT count(*) AS left_over, count(*) FILTER (WHERE status IN ('ready', 'running')) AS moving
              FROM agents_step WHERE run_id = %(run)s AND status IN ('ready', 'running', 'pending', 'waiting')),
     goal AS (SELECT CASE WHEN live.moving > 0 THEN 'running'
                          WHEN live.left_over > 0 THEN 'waiting'
                          WHEN r.cancelled_at IS NOT NULL THEN 'cancelled'
                          ELSE %(end)s END AS status
              FROM live, agents_run r WHERE r.id = %(run)s)
UPDATE agents_run r SET status = goal.status,
       ended_at = CASE WHEN goal.status IN ('succeeded', 'failed', 'cancelled') THEN clock_timestamp() END,
       result = CASE WHEN goal.status IN ('succeeded', 'failed') THEN %(result)s ELSE r.result END
FROM goal
WHERE r.id = %(run)s AND r.status <> goal.status AND r.status IN ('queued', 'running', 'waiting')
"""


@dataclass(frozen=True)
class End:
    """How a step ended."""

    status: StepStatus
    output: Mapping[str, Any]
    error: str = ""


def lock_run(run_id: int) -> bool:
    """Lock a run's row for this transaction; True when a cancel was asked for."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [run_id])
        row = cursor.fetchone()
    return bool(row and row[0])


def finish(held: Held, end: End) -> list[int]:
    """End a held step and unblock what waited for it; ids of the steps that are ready now.

    Joins the caller's transaction, which has locked the run. Raises StaleStep when the step is no longer held at this
    epoch: another worker has it, and nothing of this one's result may be written.
    """
    names: dict[str, Any] = {
        "id": held.id,
        "epoch": held.epoch,
        "status": end.status,
        "output": Jsonb(dict(end.output)),
        "error": end.error,
    }
    with connection.cursor() as cursor:
        cursor.execute(FINISH, names)
        if cursor.rowcount != 1:
            raise StaleStep(str(held.id))
        cursor.execute(UNBLOCK, {"run": held.run_id, "id": held.id})
        return [row[0] for row in cursor.fetchall() if row[1] == StepStatus.READY]


def extend(run: Run, held: Held, specs: Sequence[StepSpec], *, keys: Sequence[UUID]) -> list[Step]:
    """Append the next nodes behind a step that has just ended; those without predecessors are ready at once."""
    if not specs:
        return []
    return accepting.store(run, tuple(specs), base=held.position, keys=keys)


def drop(run_id: int) -> None:
    """Cancel the steps of a run that nobody carries, and withdraw what was asked about them.

    Those being claimed right now cancel themselves; one with an effect of unknown outcome goes on until it is settled.
    """
    with connection.cursor() as cursor:
        cursor.execute(DROPPABLE, [run_id])
        found = cursor.fetchall()
        if not found:
            return
        # Escalations before steps: the order in which a decision takes its locks.
        withdrawing.withdraw([key for _, key in found])
        cursor.execute(DROP, [[step_id for step_id, _ in found]])


def postpone(held: Held, *, seconds: float) -> None:
    """Give a held step back, due again after `seconds`; raises StaleStep as `finish` does."""
    with connection.cursor() as cursor:
        cursor.execute(POSTPONE, {"id": held.id, "epoch": held.epoch, "seconds": seconds})
        if cursor.rowcount != 1:
            raise StaleStep(str(held.id))


def pause(held: Held) -> None:
    """Let a held step wait for a person; raises StaleStep as `finish` does."""
    with connection.cursor() as cursor:
        cursor.execute(PAUSE, {"id": held.id, "epoch": held.epoch})
        if cursor.rowcount != 1:
            raise StaleStep(str(held.id))


def settle(run_id: int, *, end: str = "succeeded", result: Mapping[str, Any] | None = None) -> None:
    """Bring the run's own status in line with its steps; `end` is what it becomes when none is left."""
    names: dict[str, Any] = {"run": run_id, "end": end, "result": Jsonb(dict(result or {}))}
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, names)
