"""Escalations: what waits for a person, what they were shown and what they said. Read only."""

import json
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Router
from pydantic import Field

from approvals.domain.decision import DecisionKind
from approvals.domain.escalation import Kind, Status
from approvals.domain.tool import Reversibility
from approvals.domain.values import Value
from approvals.models import Escalation as EscalationRow
from approvals.staffing.keys import Scope
from console.api.keys import AgentKeyBearer, key_of
from console.api.problem import NotFound, Problem
from console.api.reading.query import NOTHING, Id, NoQuery, Paging, RowId, StrictQuery

router = Router(tags=["escalations"], auth=AgentKeyBearer(Scope.ESCALATION_READ))


class Escalation(Value):
    """One item of the queue."""

    id: int
    kind: Kind
    status: Status
    title: str
    agent: str
    tool: str
    risk: Reversibility
    stopped_by: str = Field(description="The first reason, in a few words.")
    run_key: UUID = Field(description="The run it belongs to, here or elsewhere.")
    session_key: str
    opened_at: datetime
    due_at: datetime = Field(description="When it falls to the safe end by itself.")
    decided_at: datetime | None
    closed_at: datetime | None


class Decision(Value):
    """What a person said."""

    kind: DecisionKind
    reason_code: str
    reason: str = Field(description="Why; for a revision what to change, for an answer the answer.")
    decided_at: datetime
    undo_until: datetime = Field(description="Until then it may be taken back.")


class WholeEscalation(Escalation):
    """One item of the queue with what its reader was shown."""

    decision: Decision | None
    evidence: dict[str, Any] = Field(
        description="As it was frozen. Its RFC 8785 bytes have the SHA-256 `evidence_sha256`."
    )
    evidence_sha256: str = Field(pattern="^[0-9a-f]{64}$")


class EscalationPage(Value):
    """Escalations, the newest first."""

    items: list[Escalation]
    next: int | None = Field(description="`after` of the next page; null on the last.")


class EscalationPaging(Paging):
    """Which escalations."""

    after: Id | None = Field(None, description="`next` of the page before.")
    status: Status | None = None
    kind: Kind | None = None
    tool: str | None = Field(None, description="Exact name of a tool.", min_length=1, max_length=200)

    def conditions(self) -> dict[str, Any]:
        """As the columns have it."""
        wanted = {"pk__lt": self.after, "status": self.status, "kind": self.kind, "tool": self.tool}
        return {name: value for name, value in wanted.items() if value is not None}


@router.get(
    "/escalations",
    operation_id="list_escalations",
    url_name="list_escalations",
    summary="List escalations",
    response={200: EscalationPage, 422: Problem},
)
def list_escalations(request: HttpRequest, paging: Annotated[EscalationPaging, StrictQuery(...)]) -> EscalationPage:
    """Escalations of the key's tenant, the newest first. Needs the scope `escalation.read`."""
    # A planted mistake is for reviewers; no agent has asked for it.
    rows = EscalationRow.objects.filter(tenant_id=key_of(request).tenant_id, seed=None, **paging.conditions())
    found = list(rows.order_by("-pk")[: paging.limit + 1])
    shown = [Escalation(**_columns(row)) for row in found[: paging.limit]]
    return EscalationPage(items=shown, next=shown[-1].id if len(found) > paging.limit else None)


@router.get(
    "/escalations/{escalation_id}",
    operation_id="read_escalation",
    url_name="read_escalation",
    summary="Read an escalation",
    response={200: WholeEscalation, 404: Problem, 422: Problem},
)
def read_escalation(
    request: HttpRequest, escalation_id: Annotated[RowId, Path(...)], query: NoQuery = NOTHING
) -> WholeEscalation:
    """One escalation of the key's tenant; any other is not found. Needs the scope `escalation.read`."""
    rows = EscalationRow.objects.filter(tenant_id=key_of(request).tenant_id, seed=None)
    found = rows.select_related("evidence", "decision").filter(pk=escalation_id).first()
    if found is None:
        raise NotFound
    return WholeEscalation(
        **_columns(found),
        decision=_decision(found),
        evidence=json.loads(bytes(found.evidence.document)),
        evidence_sha256=found.evidence.digest,
    )


def _columns(row: EscalationRow) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": Kind(row.kind),
        "status": Status(row.status),
        "risk": Reversibility(row.risk),
        **{
            name: getattr(row, name)
            for name in (
                "title",
                "agent",
                "tool",
                "stopped_by",
                "run_key",
                "session_key",
                "opened_at",
                "due_at",
                "decided_at",
                "closed_at",
            )
        },
    }


def _decision(row: EscalationRow) -> Decision | None:
    made = getattr(row, "decision", None)
    if made is None:
        return None
    return Decision(
        kind=DecisionKind(made.kind),
        reason_code=made.reason_code,
        reason=made.reason,
        decided_at=made.decided_at,
        undo_until=made.undo_until,
    )
