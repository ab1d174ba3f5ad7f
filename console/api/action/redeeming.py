"""Redeem a grant, once, and say how it ended."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router

from approvals.models import RedemptionOutcome
from approvals.models.columns import digest
from approvals.outside.actions import redeeming, standing
from approvals.staffing.keys import Scope
from console.api import limiting
from console.api.action.shapes import Action, Call, NewOutcome, action_of
from console.api.keys import AgentKeyBearer, key_of
from console.api.problem import Problem
from console.api.reading.body import StrictBody
from console.api.reading.query import NOTHING, NoQuery

router = Router(tags=["actions"], auth=AgentKeyBearer(Scope.ACTION_SUBMIT, limiting.REDEMPTIONS))
GrantId = Annotated[str, Path(pattern=r"^(allow|grant)-[1-9][0-9]{0,17}$", description="As the action told it.")]
SHA256, DUE = "Payload-SHA256", "Outcome-Due"
HEADERS = {
    200: {
        "headers": {
            SHA256: {"description": "Of the body, in hexadecimal.", "schema": {"type": "string"}},
            DUE: {"description": "Without an outcome by then, a person is asked.", "schema": {"type": "string"}},
        }
    }
}


@router.post(
    "/grants/{grant_id}/redeem",
    operation_id="redeem_grant",
    url_name="redeem_grant",
    summary="Redeem a grant",
    response={200: Call, 404: Problem, 409: Problem, 422: Problem},
    openapi_extra={"responses": HEADERS},
)
def redeem_grant(request: HttpRequest, grant_id: GrantId, query: NoQuery = NOTHING) -> HttpResponse:
    """The exact bytes that may be done, once. A second time is a conflict that says when the first one was.

    Nothing is given after an undo, an expiry or a halt, nor when rules, the person who decided, or the tool's
    classification have changed since. Needs the scope `action.submit`.
    """
    key = key_of(request)
    made = redeeming.redeem(redeeming.find(grant_id, key=key), key=key)
    headers = {SHA256: digest(made.payload_sha256), DUE: made.outcome_due_at.isoformat()}
    return HttpResponse(bytes(made.payload), content_type="application/json", headers=headers)


@router.post(
    "/grants/{grant_id}/outcome",
    operation_id="report_outcome",
    url_name="report_outcome",
    summary="Say how it ended",
    response={200: Action, 404: Problem, 409: Problem, 413: Problem, 415: Problem, 422: Problem},
)
def report_outcome(
    request: HttpRequest,
    grant_id: GrantId,
    new: Annotated[NewOutcome, StrictBody(...)],
    query: NoQuery = NOTHING,
) -> Action:
    """Say how the effect of a redeemed grant ended; the same again changes nothing, another one is a conflict.

    An unknown outcome becomes an incident for a person. Needs the scope `action.submit`.
    """
    right = redeeming.find(grant_id, key=key_of(request))
    made = redeeming.conclude(right, RedemptionOutcome(new.outcome), new.detail)
    return action_of(standing.of(made.action), request)
