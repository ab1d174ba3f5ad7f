"""Webhooks: what other systems send, signed as Standard Webhooks says, at an address of its own for each source."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from agents.domain.errors import AgentError
from agents.intake import receiving, signing
from agents.intake.refusals import BadSignature, PayloadRefused
from agents.models import Source
from console.api import errors, limiting
from console.api.door import door
from console.api.problem import ApiError, TooMany
from console.api.reading import body


@door
@require_POST
def take_webhook(request: HttpRequest, source: UUID) -> HttpResponse:
    """Make a run of a signed payload: 202 with its key, or 200 with the run that the same id began before.

    Whose it is comes first: without a signature nothing is said about the body, nor whether there is such a source.
    Bodies are JSON of at most 256 KiB, read as strictly as the API reads. Every refusal is a `Problem`; what a sender
    who signed is refused for is listed for the admin. A paused source answers 503, one tenant's open runs over their
    limit 429, both with Retry-After, so that senders come again and nothing is lost.
    """
    try:
        return _taken(request, receiving.find(source))
    except ApiError as error:
        return errors.answer(request, error)
    except AgentError as error:
        return errors.domain(request, error)


def _taken(request: HttpRequest, source: Source) -> HttpResponse:
    raw = body.raw(request)
    delivery = signing.Delivery(
        id=request.headers.get("Webhook-Id", ""),
        timestamp=request.headers.get("Webhook-Timestamp", ""),
        signatures=request.headers.get("Webhook-Signature", ""),
        body=raw,
    )
    _let_in(source, delivery)
    payload: Any = None
    try:
        body.check_kind(request)
        payload = body.parse(raw)
        taken = receiving.take(source, delivery_id=delivery.id, payload=payload)
    except ApiError as error:
        receiving.keep(source, code=error.code, field=error.field, detail=error.detail)
        raise
    except AgentError as error:
        field = error.field if isinstance(error, PayloadRefused) else ""
        receiving.keep_refused(source, error, field=field, payload=payload)
        raise
    return JsonResponse({"run": str(taken.run.key)}, status=202 if taken.is_new else 200)


def _let_in(source: Source, delivery: signing.Delivery) -> None:
    """Raise BadSignature or TooMany; what nobody signed is written down a few times a minute, and slows no sender."""
    try:
        receiving.check_sender(source, delivery)
    except BadSignature as error:
        try:
            limiting.count_name(f"unsigned {source.key}", limiting.FORGERIES)
        except TooMany:
            raise error from None
        receiving.keep_refused(source, error)
        raise
    limiting.count_name(f"hook {source.key}", limiting.DELIVERIES)
