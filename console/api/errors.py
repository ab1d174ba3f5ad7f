"""What each error is answered with; endpoints do not catch.

`answer` is the one way a refusal leaves the API, `install` tells ninja which errors become which.
"""

import secrets
from collections.abc import Callable
from typing import Any

import structlog
from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError

from agents.domain.errors import AgentError, BadRequest, TooManyOpen, UnknownAgent
from agents.intake import refusals
from approvals.domain import errors as approval
from approvals.domain.errors import ApprovalError
from approvals.domain.redaction import clean
from approvals.learning.exporting import StillWriting
from console.api.problem import ApiError, KeyNeeded, NotFound, Problem, Unavailable, Unreadable

CHALLENGE = 'Bearer realm="Signalbox API"'
SIGNED = 'Webhook-Signature realm="Signalbox"'
REQUEST_ID = "X-Request-Id"
RETRY_SECONDS = 5
LONGEST = 300
STATUS: dict[type[Exception], int] = {
    BadRequest: 422,
    UnknownAgent: 422,
    TooManyOpen: 429,
    refusals.BadSignature: 401,
    refusals.SourcePaused: 503,
    refusals.PayloadRefused: 422,
    refusals.OtherPayload: 409,
    approval.BadAction: 422,
    approval.BadEdit: 422,
    approval.ReasonMissing: 422,
    approval.AnswerMissing: 422,
    approval.InstructionsMissing: 422,
    approval.TypedFactWrong: 422,
    approval.NotAllowedToDecide: 403,
    approval.AlreadyDecided: 409,
    approval.NotOpen: 409,
    approval.StaleEvidence: 409,
    approval.TooLate: 409,
    approval.IllegalMove: 409,
    StillWriting: 503,
}
"""Errors of the rooms below that the sender can do something about; all others are ours."""
_BY_TYPE = {"missing": "missing_field", "extra_forbidden": "unknown_field"}

log = structlog.get_logger(__name__)


def reference(request: HttpRequest) -> str:
    """The id of this request: the one its log lines carry, else made now."""
    known = getattr(request, "reference", "") or secrets.token_hex(4)
    request.reference = known  # type: ignore[attr-defined]
    return str(known)


def answer(request: HttpRequest, error: ApiError) -> HttpResponse:
    """A refusal as it is sent."""
    return _refused(request, error.status, error.code, error.detail, field=error.field, headers=error.headers)


def install(api: NinjaAPI) -> None:
    """Give ninja an answer for everything that can be raised."""
    handlers: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        ApiError: answer,
        AgentError: domain,
        ApprovalError: domain,
        ValidationError: _invalid,
        AuthenticationError: lambda request, _error: answer(request, KeyNeeded()),
        Http404: lambda request, _error: answer(request, NotFound()),
        SuspiciousOperation: lambda request, _error: answer(request, Unreadable(field="query")),
        OperationalError: _unavailable,
        Exception: _broken,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def domain(request: HttpRequest, error: AgentError | ApprovalError) -> HttpResponse:
    """An error of the rooms below as it is sent; it names its field, or its detail begins with it."""
    status = STATUS.get(type(error))
    if status is None:
        return _broken(request, error)
    name, colon, sentence = error.detail.partition(": ")
    is_named = bool(colon) and name in ("title", "priority", "body")
    field = f"body.{name}" if is_named else "body.agent" if isinstance(error, UnknownAgent) else ""
    field = error.field if isinstance(error, refusals.PayloadRefused) else field
    detail = f"{type(error).__doc__} {sentence if is_named else error.detail}".strip()
    wait = getattr(error, "retry_after_seconds", RETRY_SECONDS if status == 503 else None)
    headers = {"Retry-After": str(wait)} if wait else {}
    if isinstance(error, refusals.BadSignature):
        headers["WWW-Authenticate"] = SIGNED
    return _refused(request, status, error.code, detail, field=field, headers=headers)


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The first thing that does not fit the description; a body's own parameter is not part of the path."""
    first = error.errors[0]
    source, *rest = (str(part) for part in first["loc"])
    path = [source, *(rest[1:] if source == "body" else rest)]
    return _refused(request, 422, _BY_TYPE.get(first["type"], "invalid_value"), first["msg"], field=".".join(path))


def _unavailable(request: HttpRequest, error: OperationalError) -> HttpResponse:
    log.warning("database_away", error=str(error))
    return answer(request, Unavailable(headers={"Retry-After": str(RETRY_SECONDS)}))


def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """Ours: the whole story goes to the log, and the id to the sender."""
    log.error("api_broken", exc_info=error, request_id=reference(request))
    return answer(request, ApiError())


def _refused(
    request: HttpRequest, status: int, code: str, detail: str, *, field: str, headers: dict[str, str] | None = None
) -> HttpResponse:
    # What the sender wrote is shown in it, and never hidden.
    problem = Problem(code=code, detail=clean(detail)[:LONGEST], field=clean(field)[:LONGEST], id=reference(request))
    log.info("api_refused", status=status, code=code, field=problem.field)
    response = JsonResponse(problem.model_dump(), status=status)
    if status == 401:
        response["WWW-Authenticate"] = CHALLENGE
    for name, value in (headers or {}).items():
        response[name] = value
    return response
