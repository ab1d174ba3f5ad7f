"""Accept a request: validated, deduplicated, prioritised, with the first steps of its run."""

import json
from typing import Any
from uuid import UUID, uuid4

from django.db import DatabaseError

from agents.domain.agent import Agent
from agents.domain.errors import BadRequest, TooManyOpen
from agents.domain.plan import Plan, StepKind, StepSpec
from agents.engine import storing
from agents.engine.queue import waking
from agents.models import Request, Run
from agents.tools import registry
from approvals.domain.redaction import redact_json
from approvals.models import Tenant

LARGEST_BODY = 262_144
FULL = "SB030"


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
    requested_by: int | None = None,
) -> Run:
    """Make a run of a request, or return the run the same request made before (same source and dedupe key).

    `body` is JSON: `message` is what the customer said first. `key` is the run's where it must not be random (replays).
    `requested_by` is the member who answers for the request; the rules may keep them from deciding about its calls.
    Raises UnknownAgent, BadRequest for a body that is not JSON, too large, or a priority outside -100..100, and
    TooManyOpen where the tenant has a limit and it is reached; a run that is there already is returned even then. One
    transaction; workers are woken after its commit.
    """
    declared = registry.find_agent(agent)
    kept = _checked(body or {}, title=title, priority=priority)
    request = Request(
        tenant_id=tenant_id,
        session_key=session_key,
        source=source,
        dedupe_key=dedupe_key,
        agent=agent,
        title=title,
        body=kept,
        priority=priority,
        requested_by_id=requested_by,
    )
    run = _run(request, declared, key or uuid4())
    # The unique key decides, not a look-up before it: somebody may have sent the same request first.
    if _begun(run, first_plan(declared, kept)):
        waking.wake_after_commit()
        return run
    return Run.objects.get(request__tenant_id=tenant_id, request__source=source, request__dedupe_key=dedupe_key)


def _begun(run: Run, plan: Plan) -> bool:
    try:
        return storing.begin(run, plan.steps)
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") != FULL:
            raise
        raise TooManyOpen from error


def _run(request: Request, agent: Agent, key: UUID) -> Run:
    return Run(
        key=key,
        request=request,
        tenant_id=request.tenant_id,
        session_key=request.session_key,
        agent=agent.name,
        agent_version=agent.version,
        priority=request.priority,
    )


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


def first_plan(agent: Agent, body: dict[str, Any]) -> Plan:
    """The agent's plan; where it talks to a customer who has said nothing yet, the customer speaks first."""
    if agent.plan.is_conversational and agent.customer_model and not body.get("message"):
        return Plan(steps=(StepSpec(name="customer", kind=StepKind.CUSTOMER),), is_conversational=True)
    return agent.plan
