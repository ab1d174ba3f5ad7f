"""Claim one ready step: SKIP LOCKED, with a fencing epoch that every later write checks.

Tenants take turns, and within a tenant the step goes first that became ready first, each point of priority counting as
a minute of waiting: what waits grows more urgent, so nothing starves, and no tenant's work stands behind another's.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from uuid import UUID

from agents.domain.errors import NotStarted, StaleStep
from agents.domain.plan import StepKind
from agents.domain.run import RunStatus
from agents.engine.queue import waking
from agents.guards.leases import LEASE_SECONDS, Holder
from agents.models import Request, Run
from approvals.models import rows

HELD = "s.id, s.key, s.position, s.kind, s.name, s.epoch, s.call, s.failures"
"""What a claim tells of a step, in the order of the fields of `Held`."""

RUN = """r.id, r.key, r.tenant_id, r.session_key, r.agent, r.agent_version, r.status, r.priority, r.cancelled_at,
r.created_at, r.request_id, q.title, q.body, q.requested_by_id"""

INTENT = "EXISTS (SELECT 1 FROM agents_operation i WHERE i.step_id = s.id AND i.outcome IS NULL)"

RANK = "timezone('UTC', ready_at) - priority * interval '1 minute'"
"""What is claimed first within a tenant; the smaller the sooner. It never changes while a step waits, so an index
(`step_ready`) keeps the order of what would otherwise have to be computed anew at each look."""

DUE = f"""SELECT id FROM agents_step
          WHERE status = 'ready' AND lane = ANY(%(lanes)s) AND wake_at <= statement_timestamp()
            AND tenant_id {{}} %(after)s
          ORDER BY tenant_id, {RANK} LIMIT 1 FOR UPDATE SKIP LOCKED"""  # noqa: S608
NEXT = f"coalesce(({DUE.format('>')}), ({DUE.format('<=')}))"
"""The first due step of the next tenant after the one that was served last; the second look is made only after an empty
first."""

# The run of what is claimed is at work from this moment; the step is locked first and the run second, as everywhere.
CLAIM = f"""
WITH s AS (
  UPDATE agents_step s SET status = 'running', epoch = s.epoch + 1, worker_id = %(worker)s,
         claimed_at = now(), started_at = coalesce(s.started_at, now())
  WHERE s.id = {NEXT}
    AND EXISTS (SELECT 1 FROM agents_worker w WHERE w.id = %(worker)s AND w.ended_at IS NULL)
  RETURNING s.*),
moved AS (
  UPDATE agents_run r SET status = 'running' FROM s
  WHERE r.id = s.run_id AND s.status = 'running' AND r.status IN ('queued', 'waiting')
  RETURNING r.cancelled_at IS NOT NULL AS is_cancelled)
SELECT s.status = 'running', {HELD}, {RUN}, {INTENT}, (SELECT is_cancelled FROM moved),
       EXISTS (SELECT 1 FROM agents_step o WHERE o.status = 'ready' AND o.lane = ANY(%(lanes)s)
               AND o.wake_at <= statement_timestamp() AND o.id <> s.id)
FROM s JOIN agents_run r ON r.id = s.run_id JOIN agents_request q ON q.id = r.request_id
"""  # noqa: S608  # put together from constants

TAKE = f"""
WITH s AS (
  UPDATE agents_step s SET status = 'running', epoch = s.epoch + 1, worker_id = %(worker)s,
         claimed_at = now(), started_at = coalesce(s.started_at, now())
  WHERE s.id = %(step)s AND s.status = 'ready' AND s.lane = ANY(%(lanes)s)
    AND (%(early)s OR s.wake_at <= statement_timestamp())
    AND EXISTS (SELECT 1 FROM agents_worker w WHERE w.id = %(worker)s AND w.ended_at IS NULL)
  RETURNING s.*)
SELECT s.status = 'running', {HELD}, {RUN}, {INTENT}, NULL::boolean, false
FROM s JOIN agents_run r ON r.id = s.run_id JOIN agents_request q ON q.id = r.request_id
"""  # noqa: S608  # put together from constants

# Locks nothing, so that looking is not writing: what is sent next is outside of any transaction anyway.
LOOK = """
SELECT s.epoch = %(epoch)s AND s.status = 'running' AND w.id IS NOT NULL, r.cancelled_at IS NOT NULL,
       signalbox_is_halted(v)
FROM agents_operation o
JOIN agents_step s ON s.id = o.step_id
JOIN agents_run r ON r.id = s.run_id
LEFT JOIN agents_worker w ON w.id = s.worker_id AND w.ended_at IS NULL
  AND w.heartbeat_at > clock_timestamp() - %(lease)s * interval '1 second'
LEFT JOIN approvals_grant g ON g.id = o.grant_id
JOIN approvals_verdict v ON v.id = coalesce(o.verdict_id, g.verdict_id)
WHERE o.step_id = %(step)s AND o.outcome IS NULL
"""

_served = 0
"""Whose step this process claimed last; its threads share it, and which of them writes it last does not matter."""


ASIDE: Final = "aside"
"""Instead of a step: one was put aside until its run's conversation is given back."""


@dataclass(frozen=True)
class Held:
    """A step as its holder knows it; `epoch` is the fence."""

    id: int
    key: UUID
    position: int
    kind: StepKind
    name: str
    epoch: int
    call: dict[str, Any] | None
    failures: int
    holder: Holder = field(repr=False)
    run: Run = field(repr=False)
    """The run with its request, as it was when the step was claimed."""
    has_intent: bool = False
    """An effect of it has begun under an earlier holder, and nobody wrote down how it ended."""
    is_cancelled: bool | None = None
    """Whether a cancel of the run was asked for, where the claim locked the run's row; None where it did not."""

    @property
    def run_id(self) -> int:
        """The id of its run."""
        return int(self.run.pk)

    @property
    def is_new(self) -> bool:
        """Nobody has held it before: nothing was asked about it, and no effect has begun."""
        return self.epoch == 1


def claim(holder: Holder) -> Held | None:
    """Take the most urgent step that is ready and due; None when there is none or this worker was given up for dead.

    Wakes another worker where more is due: this one carries what it took to its end first. What the database puts
    aside, because a person has the conversation of its run, is passed over.
    """
    global _served
    names = {"worker": holder.worker_id, "lanes": list(holder.lanes), "after": _served}
    while (taken := _take(CLAIM, names, holder)) is ASIDE:
        pass
    if not isinstance(taken, Held):
        return None
    _served = taken.run.tenant_id
    return taken


def take(step_id: int, holder: Holder, *, even_early: bool = False) -> Held | None:
    """Take one certain step if it is still ready and due; joins the caller's transaction."""
    names = {"worker": holder.worker_id, "lanes": list(holder.lanes), "step": step_id, "early": even_early}
    taken = _take(TAKE, names, holder)
    return taken if isinstance(taken, Held) else None


def check_sending(held: Held) -> None:
    """Raise StaleStep unless the step is still held and nobody may take it over; NotStarted once halted or cancelled.

    Asked right before an effect outside our database, which cannot be taken back: a process may have been stopped, and
    a halt or a cancel may have returned, since its intent was written.
    """
    names = {"step": held.id, "epoch": held.epoch, "lease": LEASE_SECONDS}
    found = rows.fetch(LOOK, names)
    if not found or not found[0][0]:
        raise StaleStep(str(held.id))
    _, is_cancelled, is_halted = found[0]
    if is_cancelled or is_halted:
        raise NotStarted(is_cancelled=is_cancelled)


def _take(statement: str, names: dict[str, Any], holder: Holder) -> Held | Literal["aside"] | None:
    rows_found = rows.fetch(statement, names)
    if not rows_found:
        return None
    is_taken, *row = rows_found[0]
    if not is_taken:
        return ASIDE
    if row[-1]:
        waking.wake_after_commit()
    *found, has_intent, is_cancelled, _ = row
    return held(found[:8], holder, _run(found[8:]), has_intent=has_intent, is_cancelled=is_cancelled)


def held(
    row: Sequence[Any], holder: Holder, run: Run, *, has_intent: bool = False, is_cancelled: bool | None = None
) -> Held:
    """What `HELD` names, as its holder knows it."""
    step_id, key, position, kind, name, epoch, call, failures = row
    return Held(
        id=step_id,
        key=key,
        position=position,
        kind=StepKind(kind),
        name=name,
        epoch=epoch,
        call=from_column(call),
        failures=failures,
        holder=holder,
        run=run,
        has_intent=has_intent,
        is_cancelled=is_cancelled,
    )


def _run(row: Sequence[Any]) -> Run:
    (run_id, key, tenant_id, session_key, agent, version, status, priority, cancelled_at, created_at, *asked) = row
    request_id, title, body, requested_by = asked
    return Run(
        id=run_id,
        key=key,
        tenant_id=tenant_id,
        session_key=session_key,
        agent=agent,
        agent_version=version,
        # Written by the statement that read it as it was before.
        status=RunStatus.RUNNING if status in (RunStatus.QUEUED, RunStatus.WAITING) else status,
        priority=priority,
        cancelled_at=cancelled_at,
        created_at=created_at,
        request=Request(
            id=request_id,
            tenant_id=tenant_id,
            agent=agent,
            title=title,
            body=from_column(body),
            requested_by_id=requested_by,
        ),
    )


def from_column(value: Any) -> Any:
    """A jsonb column as Django leaves it to raw cursors: text."""
    return json.loads(value) if isinstance(value, str) else value
