"""Store requests, runs and the nodes of their plans: one statement each, whatever the number of nodes."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from agents.domain.plan import StepKind, StepSpec
from agents.domain.run import StepStatus
from agents.engine.context.history import Node
from agents.engine.queue import claiming
from agents.engine.queue.claiming import HELD, Held
from agents.models import Run
from agents.tools import registry
from approvals.models import rows

# Ids are taken from the sequence first, so that the edges can name them in the same INSERT.
STEPS = """
ids AS (SELECT array_agg(nextval('agents_step_id_seq')) AS of FROM generate_series(1, %(count)s)),
s AS (
  INSERT INTO agents_step (id, key, run_id, tenant_id, position, plan_version, kind, name, status, lane, priority,
                           after, blockers, epoch, worker_id, claimed_at, started_at, call, error, failures)
  SELECT ids.of[p.n], p.key, r.id, %(tenant)s, %(base)s + p.n, 1, p.kind, p.name,
         CASE WHEN p.is_mine THEN 'running' WHEN cardinality(p.after) > 0 THEN 'pending' ELSE 'ready' END,
         p.lane, p.priority, ARRAY(SELECT ids.of[before] FROM unnest(p.after) before), cardinality(p.after),
         p.is_mine::int, CASE WHEN p.is_mine THEN %(worker)s::bigint END,
         CASE WHEN p.is_mine THEN clock_timestamp() END, CASE WHEN p.is_mine THEN clock_timestamp() END,
         nullif(p.call, 'null'), '', 0
  FROM r, ids, jsonb_to_recordset(%(nodes)s) AS p(n int, key uuid, kind text, name text, lane text, priority smallint,
                                                  call jsonb, after int[], is_mine boolean)
  RETURNING *)
"""

BEGIN = f"""
WITH q AS (
  INSERT INTO agents_request (tenant_id, session_key, source, dedupe_key, agent, title, body, priority, requested_by_id)
  VALUES (%(tenant)s, %(session)s, %(source)s, %(dedupe)s, %(agent)s, %(title)s, %(body)s, %(priority)s,
          %(requested_by)s)
  ON CONFLICT (tenant_id, source, dedupe_key) WHERE NOT dedupe_key = '' DO NOTHING RETURNING id),
r AS (
  INSERT INTO agents_run (key, request_id, tenant_id, session_key, agent, agent_version, status, priority)
  SELECT %(key)s, q.id, %(tenant)s, %(session)s, %(agent)s, %(version)s, 'queued', %(priority)s FROM q
  RETURNING id, request_id, created_at),
{STEPS}
SELECT id, request_id, created_at FROM r
"""  # noqa: S608  # put together from constants

EXTEND = f"WITH r AS (SELECT %(run)s::bigint AS id), {STEPS} SELECT s.status, s.after, {HELD} FROM s"  # noqa: S608  # the same


def begin(run: Run, specs: tuple[StepSpec, ...]) -> bool:
    """Insert request, run and first steps in one statement; False when the same request is there already."""
    request = run.request
    names: dict[str, Any] = {
        "tenant": run.tenant_id,
        "session": run.session_key,
        "source": request.source,
        "dedupe": request.dedupe_key,
        "agent": run.agent,
        "version": run.agent_version,
        "title": request.title,
        "body": Jsonb(request.body),
        "priority": run.priority,
        "requested_by": request.requested_by_id,
        "key": run.key,
        "base": 0,
        "worker": None,
        "count": len(specs),
        "nodes": _nodes(specs, priority=run.priority),
    }
    found = rows.fetch(BEGIN, names)
    if not found:
        return False
    run.pk, run.request_id, run.created_at = found[0]
    request.pk = run.request_id
    request._state.adding = run._state.adding = False  # noqa: SLF001  # as `save` leaves them
    return True


class Extended(NamedTuple):
    """What became of the nodes that were appended."""

    taken: Held | None = None
    """The first that was ready, already held."""
    others: int = 0
    """How many more are ready, for any worker."""
    planned: tuple[Node, ...] = ()
    """Those that wait for others of them."""


def extend(held: Held, specs: Sequence[StepSpec], *, keys: Sequence[UUID], is_taking: bool) -> Extended:
    """Append the next nodes behind a step that has just ended; those without predecessors are ready at once.

    With `is_taking` the first of these in a lane of the holder is held by it. `keys` are the opaque keys of the nodes.
    Joins the caller's transaction.
    """
    if not specs:
        return Extended()
    run, holder, base = held.run, held.holder, held.position
    free = (n for n, spec in enumerate(specs) if not spec.after and _lane(spec) in holder.lanes)
    mine = next(free, None) if is_taking else None
    names: dict[str, Any] = {
        "run": run.pk,
        "tenant": run.tenant_id,
        "base": base,
        "worker": holder.worker_id,
        "count": len(specs),
        "nodes": _nodes(specs, priority=run.priority, base=base, keys=keys, mine=mine),
    }
    found = rows.fetch(EXTEND, names)
    taken = [claiming.held(row[2:], holder, run) for row in found if row[0] == StepStatus.RUNNING]
    planned = tuple(_planned(row[2:], row[1]) for row in found if row[0] == StepStatus.PENDING)
    return Extended(taken[0] if taken else None, sum(row[0] == StepStatus.READY for row in found), planned)


def _planned(row: Sequence[Any], after: Sequence[int]) -> Node:
    step_id, key, position, kind, name, _, call, _ = row
    known = (step_id, key, position, StepKind(kind), name, StepStatus.PENDING, claiming.from_column(call))
    return Node(*known, output=None, started_at=None, ended_at=None, after=tuple(after))


def _nodes(
    specs: Sequence[StepSpec],
    *,
    priority: int,
    base: int = 0,
    keys: Sequence[UUID] = (),
    mine: int | None = None,
) -> Jsonb:
    """The nodes as the statements read them; edges are places in this list, counted from 1."""
    return Jsonb(
        [
            {
                "n": place + 1,
                "key": str(keys[place] if keys else uuid4()),
                "kind": spec.kind,
                "name": spec.name,
                "lane": _lane(spec),
                "priority": priority,
                "call": _call(spec, base + place + 1),
                "after": [before + 1 for before in spec.after],
                "is_mine": place == mine,
            }
            for place, spec in enumerate(specs)
        ]
    )


def _call(spec: StepSpec, position: int) -> dict[str, Any] | None:
    if spec.kind is not StepKind.TOOL:
        return None
    return {"call_id": spec.call_id or f"p{position}", "tool": spec.tool, "arguments": spec.arguments}


def _lane(spec: StepSpec) -> str:
    tool = registry.find_tool(spec.tool) if spec.kind is StepKind.TOOL else None
    return tool.lane if tool else "default"
