"""Requests: hand work to an agent that runs here."""

from typing import Annotated, Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Header, Router, Status
from pydantic import BeforeValidator, ConfigDict, Field

from agents.engine import accepting
from agents.models import Request as RequestRow
from approvals.domain.redaction import redact_json
from approvals.domain.values import Value
from approvals.models import AgentKey
from approvals.staffing.keys import Scope
from console.api import limiting
from console.api.keys import AgentKeyBearer, key_of
from console.api.problem import DedupeConflict, Problem, TwoKeys, TwoMessages
from console.api.reading.body import StrictBody
from console.api.reading.query import NOTHING, NoQuery
from console.api.run import Run, run_of

router = Router(tags=["requests"])
CONFIRMS = "user_confirms"
NAME = r"^[\x21-\x7e]+$"
"""Printable ASCII without spaces: the same in a header, a body and a column."""
SEEN = r"[^\s\x1c-\x1f\x85\ufeff]"
"""Something that is no space in any dialect of patterns: they differ about the characters that are named here."""
LOCATION = {201: {"headers": {"Location": {"description": "Where the run is read.", "schema": {"type": "string"}}}}}


def _whole(value: Any) -> Any:
    """7.0 is an integer, says JSON Schema."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


class NewRequest(Value):
    """What an agent is to do."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "agent": "retail-assist",
                    "title": "Cancel order #W8379216",
                    "message": "Please cancel #W8379216, I ordered it by mistake.",
                    "body": {"channel": "chat"},
                    "priority": 10,
                    "session_key": "chat-8812",
                    "dedupe_key": "ticket-20931",
                }
            ]
        }
    )

    agent: str = Field(description="Name of an agent that is registered here.", min_length=1, max_length=100)
    title: str = Field(description="One line for people.", min_length=1, max_length=200, pattern=SEEN)
    message: str = Field("", description="What the customer said first.", max_length=50_000)
    body: dict[str, Any] = Field(
        default_factory=dict, description="Anything else the agent should know; secrets in it are redacted."
    )
    user_confirms: bool = Field(
        False,
        description="Somebody brings the user the links of `/confirmations`, so what lies between the thresholds is "
        "put to the user, and to a person only when no answer comes. Otherwise a person is asked at once.",
    )
    priority: Annotated[int, Field(ge=-100, le=100), BeforeValidator(_whole)] = Field(
        0, description="The higher the sooner."
    )
    session_key: str = Field("", description="The conversation it belongs to.", max_length=200)
    dedupe_key: str = Field(
        "",
        description="As the header Idempotency-Key, for senders that cannot set one.",
        max_length=200,
        pattern=r"^[\x21-\x7e]*$",
    )

    def document(self) -> dict[str, Any]:
        """The body that is stored; raises TwoMessages."""
        if self.message and "message" in self.body:
            raise TwoMessages(field="body.message")
        said: dict[str, Any] = {"message": self.message} if self.message else {}
        # What the field says holds, whatever stands under its name in the body.
        return {**self.body, **said, **({CONFIRMS: True} if self.user_confirms else {})}


@router.post(
    "/requests",
    auth=AgentKeyBearer(Scope.REQUEST_SUBMIT, limiting.SUBMISSIONS),
    operation_id="submit_request",
    url_name="submit_request",
    summary="Submit a request",
    response={201: Run, 200: Run, 409: Problem, 413: Problem, 415: Problem, 422: Problem},
    openapi_extra={"responses": LOCATION},
)
def submit_request(
    request: HttpRequest,
    response: HttpResponse,
    new: Annotated[NewRequest, StrictBody(...)],
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description="Sent again with the same request, it gets the same run, once made, and status 200.",
            max_length=200,
            pattern=NAME,
        ),
    ] = None,
    query: NoQuery = NOTHING,
) -> Status[Run]:
    """Begin a run for this request: 201, or 200 with the run that the same request began before.

    The same key with another request is a conflict, so that nothing is dropped unseen. All agent keys of a tenant share
    these keys, which never expire. Needs the scope `request.submit`.
    """
    key, body = key_of(request), new.document()
    dedupe_key = _one_key(idempotency_key or "", new.dedupe_key)
    wanted = uuid4()
    run = accepting.accept(
        agent=new.agent,
        title=new.title,
        body=body,
        tenant_id=key.tenant_id,
        dedupe_key=dedupe_key,
        session_key=new.session_key,
        priority=new.priority,
        key=wanted,
        requested_by=key.created_by_id,
    )
    is_new = run.key == wanted
    if not is_new:
        _check_same(run.request_id, new, body, key=key)
    response["Location"] = reverse("api:read_run", kwargs={"run_key": run.key})
    return Status(201 if is_new else 200, run_of(run))


def _one_key(header: str, field: str) -> str:
    if header and field and header != field:
        raise TwoKeys(field="body.dedupe_key")
    return header or field


def _check_same(request_id: int, new: NewRequest, body: dict[str, Any], *, key: AgentKey) -> None:
    """Raise DedupeConflict when the earlier request said something else; the database compares, as it compares JSON."""
    same = RequestRow.objects.filter(
        pk=request_id,
        tenant_id=key.tenant_id,
        agent=new.agent,
        title=new.title,
        body=redact_json(body),
        priority=new.priority,
        session_key=new.session_key,
    )
    if not same.exists():
        raise DedupeConflict
