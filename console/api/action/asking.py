"""Ask before acting: one action in, a grant, a refusal or a person's page out."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Header, Path, Router, Status
from pydantic import Field

from approvals.models import AgentKey, OutsideAction
from approvals.outside.actions import standing, submitting
from approvals.outside.actions.submission import Submission
from approvals.staffing.keys import Scope
from console.api import limiting
from console.api.action import waiting
from console.api.action.shapes import Action, action_of
from console.api.keys import AgentKeyBearer, key_of
from console.api.problem import NotFound, Problem
from console.api.reading.body import StrictBody
from console.api.reading.query import NOTHING, NoQuery, Parameters, Seconds, StrictQuery

router = Router(tags=["actions"])
NAME = r"^[\x21-\x7e]+$"
LOCATION = {201: {"headers": {"Location": {"description": "Where it is read.", "schema": {"type": "string"}}}}}


@router.post(
    "/actions",
    auth=AgentKeyBearer(Scope.ACTION_SUBMIT, limiting.SUBMISSIONS),
    operation_id="submit_action",
    url_name="submit_action",
    summary="Ask whether an action may be done",
    response={201: Action, 200: Action, 409: Problem, 413: Problem, 415: Problem, 422: Problem},
    openapi_extra={"responses": LOCATION},
)
def submit_action(
    request: HttpRequest,
    response: HttpResponse,
    new: Annotated[Submission, StrictBody(...)],
    idempotency_key: Annotated[
        str,
        Header(
            alias="Idempotency-Key",
            description="Sent again with the same action, it gets the same action and status 200.",
            max_length=200,
            pattern=NAME,
        ),
    ],
    query: NoQuery = NOTHING,
) -> Status[Action]:
    """Judge one action as any agent's here: 201, or 200 with what the same key asked before.

    The same key with anything else is a conflict. Nothing is promised for what is done without redeeming its grant.
    Needs the scope `action.submit`.
    """
    made, is_new = submitting.submit(new, key=key_of(request), idempotency_key=idempotency_key)
    response["Location"] = reverse("api:read_action", kwargs={"action_id": made.key})
    return Status(201 if is_new else 200, action_of(standing.of(made), request))


class Waiting(Parameters):
    """How long to wait for an answer."""

    wait: Seconds = Field(
        0, description="Answer when somebody has decided and it cannot be undone, or after so many seconds."
    )


@router.get(
    "/actions/{action_id}",
    auth=AgentKeyBearer(Scope.ACTION_SUBMIT),
    operation_id="read_action",
    url_name="read_action",
    summary="Read an action, or wait for its answer",
    response={200: Action, 404: Problem, 422: Problem},
)
async def read_action(
    request: HttpRequest, action_id: Annotated[UUID, Path(...)], how: Annotated[Waiting, StrictQuery(...)]
) -> Action:
    """One action of the key's agent; any other is not found. Needs the scope `action.submit`."""
    return await waiting.answered(lambda: _told(request, key_of(request), action_id), seconds=how.wait)


def _told(request: HttpRequest, key: AgentKey, action_id: UUID) -> Action:
    found = OutsideAction.objects.filter(key=action_id, tenant_id=key.tenant_id, agent=key.agent).first()
    if found is None:
        raise NotFound
    return action_of(standing.of(found), request)
