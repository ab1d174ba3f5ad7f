"""Accept a request: validated, deduplicated, prioritised, with the first steps of its run."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction

from agents.domain.agent import Agent
from agents.domain.errors import BadRequest
from agents.domain.plan import Plan, StepKind, StepSpec
from agents.domain.run import StepStatus
from agents.engine.queue import waking
from agents.models import Request, Run, Step
from agents.tools import registry
from approvals.domain.redaction import redact_json
from approvals.models import Tenant

LARGEST_BODY = 262_144


def accept(
    *,
    agent: str,
    title: str,
    body: dict[str, Any] | None = None,
    tenant_id: int = Tenant.DEFAULT,
    source: str = "api",
    dedupe_key: str = "",
    session_key: str = "",
    priority: int = 0,
    key: UUID | None = None,
) -> Run:
    """Make a run of a request, or return the run the same request made before (same source and dedupe key).

    `body` is JSON: `message` is what the customer said first. `key` is the run's where it must not be random (replays).
    Raises UnknownAgent, BadRequest for a body that is not JSON, too large, or a priority outside -100..100. One
    transaction; workers are woken after its commit.
    """
    declared = registry.find_agent(agent)
    kept = _checked(body or {}, title=title, priority=priority)
    try:
        with transaction.atomic():
            request = Request.objects.create(
                tenant_id=tenant_id,
                session_key=session_key,
                source=source,
                dedupe_key=dedupe_key,
                agent=agent,
                title=title,
                body=kept,
                priority=priority,
            )
            run = _begin(request, declared, key or uuid4())
            waking.wake_after_commit()
            return run
    except IntegrityError:
        # The unique key decides, not a look-up before it: somebody sent the same request first.
        if (earlier := _earlier(tenant_id, source, dedupe_key)) is None:
            raise
        return earlier


def _earlier(tenant_id: int, source: str, dedupe_key: str) -> Run | None:
    same = Run.objects.filter(request__tenant_id=tenant_id, request__source=source, request__dedupe_key=dedupe_key)
    return same.first() if dedupe_key else None


def _checked(body: dict[str, Any], *, title: str, priority: int) -> dict[str, Any]:
    if not title.strip():
        raise BadRequest("title: it is empty.")
    if not -100 <= priority <= 100:
        raise BadRequest(f"priority: {priority} is not between -100 and 100.")
    try:
        size = len(json.dumps(body, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        raise BadRequest(f"body: {error}") from error
    if size > LARGEST_BODY:
        raise BadRequest(f"body: {size} bytes, at most {LARGEST_BODY}.")
    cleaned: dict[str, Any] = redact_json(body)
    return cleaned


def _begin(request: Request, agent: Agent, key: UUID) -> Run:
    run = Run.objects.create(
        key=key,
        request=request,
        tenant_id=request.tenant_id,
        session_key=request.session_key,
        agent=agent.name,
        agent_version=agent.version,
        priority=request.priority,
    )
    store(run, first_plan(agent, request.body).steps, base=0)
    return run


def first_plan(agent: Agent, body: dict[str, Any]) -> Plan:
    """The agent's plan; where it talks to a customer who has said nothing yet, the customer speaks first."""
    if agent.plan.is_conversational and agent.customer_model and not body.get("message"):
        return Plan(steps=(StepSpec(name="customer", kind=StepKind.CUSTOMER),), is_conversational=True)
    return agent.plan


def store(run: Run, specs: tuple[StepSpec, ...], *, base: int, keys: Sequence[UUID] = ()) -> list[Step]:
    """Store the nodes of a plan behind position `base`; nodes without predecessors are ready at once.

    `keys` are the opaque keys of the nodes where the caller has already used them. Joins the caller's transaction.
    Two round trips whatever the number of nodes: ids are needed to name edges.
    """
    made = [
        Step(
            key=keys[index] if keys else uuid4(),
            run=run,
            position=base + index + 1,
            kind=spec.kind,
            name=spec.name,
            lane=_lane(spec),
            priority=run.priority,
            call=_call(spec, base + index + 1),
        )
        for index, spec in enumerate(specs)
    ]
    for step, identity in zip(made, _identities(len(made)), strict=True):
        step.pk = identity
    for step, spec in zip(made, specs, strict=True):
        step.after = [int(made[index].pk) for index in spec.after]
        step.blockers = len(step.after)
        step.status = StepStatus.PENDING if step.after else StepStatus.READY
    return Step.objects.bulk_create(made)


def _call(spec: StepSpec, position: int) -> dict[str, Any] | None:
    if spec.kind is not StepKind.TOOL:
        return None
    return {"call_id": spec.call_id or f"p{position}", "tool": spec.tool, "arguments": spec.arguments}


def _identities(count: int) -> list[int]:
    """Take ids from the sequence before inserting, so that edges can name them in the same INSERT."""

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('agents_step', 'id')) FROM generate_series(1, %s)", [count]
        )
        return [int(row[0]) for row in cursor.fetchall()]


def _lane(spec: StepSpec) -> str:
    tool = registry.find_tool(spec.tool) if spec.kind is StepKind.TOOL else None
    return tool.lane if tool else "default"
