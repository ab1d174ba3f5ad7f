"""Confirmations: the links that somebody brings to end users. Read only; the link itself is where a user answers."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.db.models.functions import Now
from django.http import HttpRequest
from django.urls import reverse
from ninja import Router
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from approvals.domain.escalation import Kind, Status, link
from approvals.domain.values import Value
from approvals.models import Escalation
from approvals.models.escalation import token_of
from approvals.staffing.keys import Scope
from console.api.keys import AgentKeyBearer, key_of
from console.api.problem import Problem
from console.api.reading.query import Id, Paging, StrictQuery

router = Router(tags=["confirmations"], auth=AgentKeyBearer(Scope.CONFIRMATION_LINK))
EXAMPLE: JsonDict = {
    "id": 812,
    "title": "Change the default address of mia_garcia_4516",
    "run_key": "3f0b4a52-9c1e-4a6e-8a43-5a9b8f7d2c10",
    "session_key": "chat-8812",
    "link": "https://signalbox.example/confirm/2Vb0…",
    "opened_at": "2026-11-20T14:18:00Z",
    "due_at": "2026-11-20T14:33:00Z",
}


class Confirmation(Value):
    """One question that waits for its end user."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    id: int
    title: str = Field(description="One line by the server; it may hold values of the call.")
    run_key: UUID
    session_key: str = Field(description="The conversation whose user is asked.")
    link: str = Field(description="For this user and nobody else: whoever opens it can answer, once.")
    opened_at: datetime
    due_at: datetime = Field(description="When a person is asked instead.")


class ConfirmationPage(Value):
    """Confirmations, the newest first."""

    items: list[Confirmation]
    next: int | None = Field(description="`after` of the next page; null on the last.")


class ConfirmationPaging(Paging):
    """Which confirmations."""

    after: Id | None = Field(None, description="`next` of the page before.")
    session_key: str | None = Field(None, description="Of one conversation.", min_length=1, max_length=200)
    run_key: UUID | None = Field(None, description="Of one run.")

    def conditions(self) -> dict[str, Any]:
        """As the columns have it."""
        wanted = {"pk__lt": self.after, "session_key": self.session_key, "run_key": self.run_key}
        return {name: value for name, value in wanted.items() if value is not None}


@router.get(
    "/confirmations",
    operation_id="list_confirmations",
    url_name="list_confirmations",
    summary="List confirmations that wait",
    response={200: ConfirmationPage, 422: Problem},
)
def list_confirmations(
    request: HttpRequest, paging: Annotated[ConfirmationPaging, StrictQuery(...)]
) -> ConfirmationPage:
    """What end users of the key's tenant are asked now, the newest first, with their links.

    Of requests that were submitted with `user_confirms`. Needs the scope `confirmation.link`, which is for whoever
    talks to the users: its holder could answer in their place.
    """
    rows = Escalation.objects.filter(
        tenant_id=key_of(request).tenant_id, kind=Kind.CONFIRMATION, status=Status.OPEN, due_at__gt=Now()
    )
    found = list(rows.filter(**paging.conditions()).select_related("evidence").order_by("-pk")[: paging.limit + 1])
    shown = [_told(request, row) for row in found[: paging.limit]]
    return ConfirmationPage(items=shown, next=shown[-1].id if len(found) > paging.limit else None)


def _told(request: HttpRequest, row: Escalation) -> Confirmation:
    return Confirmation(
        id=row.pk,
        title=row.title,
        run_key=row.run_key,
        session_key=row.session_key,
        link=request.build_absolute_uri(reverse("confirm", args=[link.write(token_of(row))])),
        opened_at=row.opened_at,
        due_at=row.due_at,
    )
