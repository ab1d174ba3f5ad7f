"""Claim one ready step: SKIP LOCKED, with a fencing epoch that every later write checks."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection

from agents.domain.errors import StaleStep
from agents.domain.plan import StepKind
from agents.guards.leases import LEASE_SECONDS, Holder

CLAIM = """
UPDATE agents_step s SET status = 'running', epoch = s.epoch + 1, worker_id = %(worker)s,
       claimed_at = now(), started_at = coalesce(s.started_at, now())
WHERE s.id = (SELECT id FROM agents_step WHERE status = 'ready' AND lane = ANY(%(lanes)s)
                AND wake_at <= statement_timestamp()
              ORDER BY priority DESC, ready_at LIMIT 1 FOR UPDATE SKIP LOCKED)
  AND EXISTS (SELECT 1 FROM agents_worker w WHERE w.id = %(worker)s AND w.ended_at IS NULL)
RETURNING s.id, s.key, s.run_id, s.position, s.kind, s.name, s.epoch, s.call, s.plan_version, s.failures
"""

TAKE = """
UPDATE agents_step s SET status = 'running', epoch = s.epoch + 1, worker_id = %(worker)s,
       claimed_at = now(), started_at = coalesce(s.started_at, now())
WHERE s.id = %(step)s AND s.status = 'ready' AND s.lane = ANY(%(lanes)s)
  AND (%(early)s OR s.wake_at <= statement_timestamp())
  AND EXISTS (SELECT 1 FROM agents_worker w WHERE w.id = %(worker)s AND w.ended_at IS NULL)
RETURNING s.id, s.key, s.run_id, s.position, s.kind, s.name, s.epoch, s.call, s.plan_version, s.failures
"""

HOLDS = """
SELECT EXISTS (SELECT 1 FROM agents_step s JOIN agents_worker w ON w.id = s.worker_id
               WHERE s.id = %(step)s AND s.epoch = %(epoch)s AND s.status = 'running' AND w.ended_at IS NULL
                 AND w.heartbeat_at > clock_timestamp() - %(lease)s * interval '1 second')
"""


@dataclass(frozen=True)
class Held:
    """A step as its holder knows it; `epoch` is the fence."""

    id: int
    key: UUID
    run_id: int
    position: int
    kind: StepKind
    name: str
    epoch: int
    call: dict[str, Any] | None
    plan_version: int
    failures: int
    holder: Holder = field(repr=False)


def claim(holder: Holder) -> Held | None:
    """Take the most urgent step that is ready and due; None when there is none or this worker was given up for dead."""
    return _take(CLAIM, {"worker": holder.worker_id, "lanes": list(holder.lanes)}, holder)


def take(step_id: int, holder: Holder, *, even_early: bool = False) -> Held | None:
    """Take one certain step if it is still ready and due; joins the caller's transaction."""
    names = {"worker": holder.worker_id, "lanes": list(holder.lanes), "step": step_id, "early": even_early}
    return _take(TAKE, names, holder)


def check_held(held: Held) -> None:
    """Raise StaleStep unless the step is still held and nobody may take it over at this moment.

    Asked right before an effect that cannot be taken back: a process may have been stopped since it claimed.
    """
    names = {"step": held.id, "epoch": held.epoch, "lease": LEASE_SECONDS}
    with connection.cursor() as cursor:
        cursor.execute(HOLDS, names)
        if not cursor.fetchone()[0]:
            raise StaleStep(str(held.id))


def _take(statement: str, names: dict[str, Any], holder: Holder) -> Held | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, names)
        row = cursor.fetchone()
    if row is None:
        return None
    step_id, key, run_id, position, kind, name, epoch, call, plan_version, failures = row
    return Held(
        step_id, key, run_id, position, StepKind(kind), name, epoch, _json(call), plan_version, failures, holder
    )


def _json(value: Any) -> Any:
    """A jsonb column as Django leaves it to raw cursors: text."""
    return json.loads(value) if isinstance(value, str) else value
