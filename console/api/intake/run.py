"""Runs: what became of a request."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Router
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from agents.domain.run import RunStatus
from agents.models import Run as RunRow
from approvals.domain.values import Value
from approvals.staffing.keys import Scope
from console.api.keys import AgentKeyBearer, key_of
from console.api.problem import BadCursor, NotFound, Problem
from console.api.reading.query import NOTHING, NoQuery, Paging, StrictQuery

router = Router(tags=["runs"], auth=AgentKeyBearer(Scope.RUN_READ))
EXAMPLE: JsonDict = {
    "key": "3f0b4a52-9c1e-4a6e-8a43-5a9b8f7d2c10",
    "agent": "retail-assist",
    "agent_version": "1",
    "title": "Cancel order #W8379216",
    "status": "waiting",
    "priority": 0,
    "session_key": "chat-8812",
    "created_at": "2026-11-20T14:18:00Z",
    "cancelled_at": None,
    "ended_at": None,
    "result": None,
}


class Run(Value):
    """One agent at work on one request."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    key: UUID
    agent: str
    agent_version: str
    title: str
    status: RunStatus = Field(description="`waiting` is for a person.")
    priority: int
    session_key: str
    created_at: datetime
    cancelled_at: datetime | None = Field(description="When somebody asked to stop it.")
    ended_at: datetime | None
    result: Any = Field(description="What the agent ended with; null before.")


class RunPage(Value):
    """Runs, the newest first."""

    items: list[Run]
    next: UUID | None = Field(description="`after` of the next page; null on the last.")


class RunPaging(Paging):
    """Which runs."""

    after: UUID | None = Field(None, description="`next` of the page before.")


@router.get(
    "/runs",
    operation_id="list_runs",
    url_name="list_runs",
    summary="List runs",
    response={200: RunPage, 422: Problem},
)
def list_runs(request: HttpRequest, paging: Annotated[RunPaging, StrictQuery(...)]) -> RunPage:
    """Runs of the key's tenant, the newest first. Needs the scope `run.read`."""
    rows = RunRow.objects.filter(tenant_id=key_of(request).tenant_id)
    if paging.after is not None:
        last = rows.filter(key=paging.after).values_list("pk", flat=True).first()
        if last is None:
            raise BadCursor(field="query.after")
        rows = rows.filter(pk__lt=last)
    found = list(rows.select_related("request").order_by("-pk")[: paging.limit + 1])
    shown = [run_of(row) for row in found[: paging.limit]]
    return RunPage(items=shown, next=shown[-1].key if len(found) > paging.limit else None)


@router.get(
    "/runs/{run_key}",
    operation_id="read_run",
    url_name="read_run",
    summary="Read a run",
    response={200: Run, 404: Problem, 422: Problem},
)
def read_run(request: HttpRequest, run_key: Annotated[UUID, Path(...)], query: NoQuery = NOTHING) -> Run:
    """One run of the key's tenant; any other is not found. Needs the scope `run.read`."""
    rows = RunRow.objects.filter(tenant_id=key_of(request).tenant_id).select_related("request")
    found = rows.filter(key=run_key).first()
    if found is None:
        raise NotFound
    return run_of(found)


def run_of(row: RunRow) -> Run:
    """A run as it is told; its request must be at hand."""
    return Run(
        key=row.key,
        agent=row.agent,
        agent_version=row.agent_version,
        title=row.request.title,
        status=RunStatus(row.status),
        priority=row.priority,
        session_key=row.session_key,
        created_at=row.created_at,
        cancelled_at=row.cancelled_at,
        ended_at=row.ended_at,
        result=row.result,
    )
