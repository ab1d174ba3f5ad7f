"""Write down how a step ended and what that sets going, in one transaction with claiming the next."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from psycopg.types.json import Jsonb

from agents.domain.errors import StaleStep
from agents.domain.run import OperationOutcome, StepStatus
from agents.engine.context.history import Node
from agents.engine.queue import claiming
from agents.engine.queue.claiming import HELD, Held, from_column
from agents.models import Operation
from approvals.inbox import withdrawing
from approvals.models import rows

# Ends a step, counts its followers down and takes the first that is ready, in one round trip. A step that waits for
# several is unblocked by the last of them. What was cancelled meanwhile is followed by nothing.
FINISH = f"""
WITH run AS (SELECT cancelled_at IS NOT NULL AS is_over FROM agents_run WHERE id = %(run)s),
done AS (
  UPDATE agents_step SET status = %(status)s, output = %(output)s, error = %(error)s,
         ended_at = clock_timestamp(), worker_id = NULL
  WHERE id = %(id)s AND epoch = %(epoch)s AND worker_id = %(worker)s RETURNING id, output, started_at, ended_at),
freed AS (
  SELECT n.id, n.blockers = 1 AS is_ready,
         n.id = min(n.id) FILTER (WHERE n.blockers = 1 AND n.lane = ANY(%(lanes)s)) OVER () IS TRUE AS is_mine
  FROM agents_step n, run, done
  WHERE n.run_id = %(run)s AND n.status = 'pending' AND n.after @> ARRAY[done.id]
    AND %(error)s = '' AND NOT run.is_over),
s AS (
  UPDATE agents_step s SET blockers = s.blockers - 1, ready_at = clock_timestamp(),
         status = CASE WHEN f.is_mine THEN 'running' WHEN f.is_ready THEN 'ready' ELSE s.status END,
         epoch = s.epoch + f.is_mine::int,
         worker_id = CASE WHEN f.is_mine THEN %(worker)s::bigint END,
         claimed_at = CASE WHEN f.is_mine THEN clock_timestamp() END,
         started_at = CASE WHEN f.is_mine THEN clock_timestamp() END
  FROM freed f WHERE s.id = f.id AND s.status = 'pending' RETURNING s.*)
SELECT run.is_over, done.output, done.started_at, done.ended_at, s.status, {HELD}
FROM done CROSS JOIN run LEFT JOIN s ON true
"""  # noqa: S608  # put together from constants

# Goes before the end of a step that ran an operation: a step with an operation under way cannot end. Counting what was
# written forces the order.
RECORD = """
WITH op AS (UPDATE agents_operation SET outcome = %(outcome)s, error = %(text)s, ended_at = statement_timestamp()
            WHERE id = %(operation)s AND outcome IS NULL RETURNING id),
"""
RECORDED = "AND (SELECT count(*) FROM op) >= 0"

# Ends the last step of a run and the run with it, unless something of it still lives. `cancelled_at` is read from the
# row that is written, so that a cancel in the same moment is seen.
LAST = """
WITH done AS (
  UPDATE agents_step SET status = %(status)s, output = %(output)s, error = %(error)s,
         ended_at = clock_timestamp(), worker_id = NULL
  WHERE id = %(id)s AND epoch = %(epoch)s AND worker_id = %(worker)s RETURNING id),
settled AS (
  UPDATE agents_run r SET status = CASE WHEN r.cancelled_at IS NOT NULL THEN 'cancelled' ELSE %(run_ends)s END,
         ended_at = clock_timestamp(), result = CASE WHEN r.cancelled_at IS NULL THEN %(output)s ELSE r.result END
  FROM done
  WHERE r.id = %(run)s AND r.status IN ('queued', 'running', 'waiting')
    AND NOT EXISTS (SELECT 1 FROM agents_step o WHERE o.run_id = %(run)s AND o.id <> done.id
                    AND o.status IN ('ready', 'running', 'pending', 'waiting'))
  RETURNING r.id)
SELECT (SELECT count(*) FROM settled) FROM done
"""

# A run whose last moving step waits is waiting too.
PAUSE = """
WITH paused AS (UPDATE agents_step SET status = 'waiting', worker_id = NULL
                WHERE id = %(id)s AND epoch = %(epoch)s AND worker_id = %(worker)s RETURNING id, run_id),
     moved AS (UPDATE agents_run r SET status = 'waiting' FROM paused p
               WHERE r.id = p.run_id AND r.status = 'running'
                 AND NOT EXISTS (SELECT 1 FROM agents_step o WHERE o.run_id = p.run_id AND o.id <> p.id
                                 AND (o.status = 'running'
                                      OR (o.status = 'ready' AND o.wake_at <= statement_timestamp())))
               RETURNING r.cancelled_at IS NOT NULL AS is_cancelled)
SELECT (SELECT is_cancelled FROM moved) FROM paused
"""

POSTPONE = """
UPDATE agents_step SET status = 'ready', worker_id = NULL, wake_at = now() + %(seconds)s * interval '1 second',
       failures = failures + %(failures)s
WHERE id = %(id)s AND epoch = %(epoch)s AND worker_id = %(worker)s RETURNING id
"""

# What can simply be dropped: nothing carries it, and no effect of unknown outcome hangs on it.
DROPPABLE = """
SELECT s.id, s.key FROM agents_step s
WHERE s.run_id = %s AND s.status IN ('pending', 'ready', 'waiting')
  AND NOT EXISTS (SELECT 1 FROM agents_operation o
                  WHERE o.step_id = s.id AND (o.outcome IS NULL OR o.outcome = 'unknown'))
"""

# A run that ends or is cancelled settles its dead letters: their steps may be dropped, and one with an effect that was
# begun is claimed once more and settled by its class.
UNBURY = """
WITH l AS (UPDATE agents_letter SET settled_at = clock_timestamp(), settlement = 'cancelled'
           WHERE run_id = %s AND settled_at IS NULL RETURNING step_id)
UPDATE agents_step s SET status = 'ready', wake_at = now() FROM l WHERE s.id = l.step_id AND s.status = 'waiting'
RETURNING s.id
"""

# SKIP LOCKED keeps the order of locks: a claim takes its step first and the run second.
DROP = """
UPDATE agents_step SET status = 'cancelled', ended_at = now()
WHERE id IN (SELECT id FROM agents_step WHERE id = ANY(%s) AND status IN ('pending', 'ready', 'waiting')
             FOR UPDATE SKIP LOCKED)
RETURNING id
"""

# Taken first by whoever ends one of several branches: the last of them then sees the others' ends.
LOCK = "SELECT cancelled_at IS NOT NULL FROM agents_run WHERE id = %s FOR NO KEY UPDATE"

# `cancelled_at` is read from the row that is written, so that a cancel in the same moment is seen. A step whose time
# has not come moves nothing: its decision may still be undone.
SETTLE = """
WITH live AS (SELECT CASE WHEN bool_or(status = 'running' OR (status = 'ready' AND wake_at <= statement_timestamp()))
                          THEN 'running'
                          WHEN count(*) > 0 THEN 'waiting' END AS status
              FROM agents_step WHERE run_id = %(run)s AND status IN ('ready', 'running', 'pending', 'waiting'))
UPDATE agents_run r
SET status = coalesce(live.status, CASE WHEN r.cancelled_at IS NOT NULL THEN 'cancelled' ELSE %(end)s END),
    ended_at = CASE WHEN live.status IS NULL THEN clock_timestamp() END,
    result = CASE WHEN live.status IS NULL AND r.cancelled_at IS NULL THEN %(result)s ELSE r.result END
FROM live
WHERE r.id = %(run)s AND r.status IN ('queued', 'running', 'waiting') AND r.status IS DISTINCT FROM live.status
RETURNING r.id
"""


@dataclass(frozen=True)
class End:
    """How a step ended."""

    status: StepStatus
    output: Mapping[str, Any]
    error: str = ""


@dataclass(frozen=True)
class Ended:
    """What the end of a step set going."""

    is_over: bool
    """The run is cancelled: nothing follows."""
    node: Node
    taken: Held | None = None
    """The next step, already held."""
    others: int = 0
    """How many more are ready, for any worker."""


def lock_run(run_id: int) -> bool:
    """Lock a run's row for this transaction; True when a cancel was asked for."""
    found = rows.fetch(LOCK, [run_id])
    return bool(found and found[0][0])


def finish(held: Held, end: End, *, operation: Operation | None = None) -> Ended:
    """End a held step, unblock what waited for it and take the first that is ready; an error is followed by nothing.

    The outcome of its operation is written with it, once. Joins the caller's transaction, which has locked the run
    unless no other branch is alive. Raises StaleStep when the step is no longer held at this epoch: another worker has
    it, and nothing of this one's result may be written.
    """
    found = _ended(FINISH, held, end, operation, lanes=list(held.holder.lanes))
    is_over, output, started_at, ended_at = found[0][:4]
    node = Node(
        held.id,
        held.key,
        held.position,
        held.kind,
        held.name,
        end.status,
        held.call,
        from_column(output),
        started_at,
        ended_at,
    )
    taken = [claiming.held(row[5:], held.holder, held.run) for row in found if row[4] == StepStatus.RUNNING]
    others = sum(row[4] == StepStatus.READY for row in found)
    return Ended(is_over, node, taken[0] if taken else None, others)


def finish_last(held: Held, end: End, *, run_ends: str, operation: Operation | None = None) -> bool:
    """End a held step that nothing follows, and the run with it as `run_ends` (cancelled where that was asked for).

    False when something of the run still lives, and its status is still to be settled. Otherwise as `finish`.
    """
    found = _ended(LAST, held, end, operation, run_ends=run_ends)
    return bool(found[0][0])


def _ended(statement: str, held: Held, end: End, operation: Operation | None, **more: Any) -> list[tuple[Any, ...]]:
    """What a statement tells that ends a step, with the outcome of its operation where it has one."""
    names: dict[str, Any] = {
        **_hold(held),
        "run": held.run_id,
        "status": end.status,
        "output": Jsonb(dict(end.output)),
        "error": end.error,
        **more,
    }
    if operation is not None:
        names |= {"operation": operation.pk, "outcome": _outcome(end), "text": end.output.get("text", "")}
        statement = _with_outcome(statement)
    found = rows.fetch(statement, names)
    if not found:
        raise StaleStep(str(held.id))
    return found


@lru_cache(maxsize=8)
def _with_outcome(statement: str) -> str:
    head, end, rest = statement.partition("RETURNING id")
    return f"{RECORD}{head.lstrip().removeprefix('WITH ')}{RECORDED} {end}{rest}"


def _outcome(end: End) -> OperationOutcome:
    return OperationOutcome.SUCCEEDED if end.status is StepStatus.SUCCEEDED else OperationOutcome.FAILED


def drop(run_id: int) -> None:
    """Cancel the steps of a run that nobody carries, and withdraw what was asked about them.

    Those being claimed right now cancel themselves; one with an effect of unknown outcome goes on until it is settled.
    """
    rows.fetch(UNBURY, [run_id])
    found = rows.fetch(DROPPABLE, [run_id])
    if not found:
        return
    # Escalations before steps: the order in which a decision takes its locks.
    withdrawing.withdraw([key for _, key in found])
    rows.fetch(DROP, [[step_id for step_id, _ in found]])


def postpone(held: Held, *, seconds: float, has_failed: bool = False) -> None:
    """Give a held step back, due again after `seconds`; raises StaleStep as `finish` does.

    `has_failed` counts an attempt that went wrong.
    """
    if not rows.fetch(POSTPONE, {**_hold(held), "seconds": seconds, "failures": int(has_failed)}):
        raise StaleStep(str(held.id))


def pause(held: Held) -> bool | None:
    """Let a held step wait for a person, and its run where nothing else moves; raises StaleStep as `finish` does.

    Where the run waits too its row is locked now, and whether a cancel was asked for is returned; else None.
    """
    found = rows.fetch(PAUSE, _hold(held))
    if not found:
        raise StaleStep(str(held.id))
    is_cancelled: bool | None = found[0][0]
    return is_cancelled


def _hold(held: Held) -> dict[str, int]:
    """Who holds it, and since which claim: a step has a worker exactly while it is running."""
    return {"id": held.id, "epoch": held.epoch, "worker": held.holder.worker_id}


def settle(run_id: int, *, end: str = "succeeded", result: Mapping[str, Any] | None = None) -> None:
    """Bring the run's own status in line with its steps; `end` is what it becomes when none is left."""
    names: dict[str, Any] = {"run": run_id, "end": end, "result": Jsonb(dict(result or {}))}
    rows.fetch(SETTLE, names)
