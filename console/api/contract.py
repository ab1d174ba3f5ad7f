"""The API as a whole, and its description as OpenAPI 3.1."""

import json
from functools import cache
from typing import Any

from django.http import HttpRequest, JsonResponse
from ninja import NinjaAPI

from console.api import errors, escalation, run
from console.api import request as submitting
from console.api.label import exporting, line
from console.api.problem import Problem

PREFIX = "/api/v1/"
DESCRIPTION = """
Hand work to agents that run here, and read what became of it.

Every request carries the key of an agent: `Authorization: Bearer sbx_…`. A key has scopes, a tenant and an end; what
another tenant has is not found. Nothing here decides an escalation: that is for people who are signed in.

Every refusal has one shape, `Problem`, with a stable `code`, the path of the field it is about, and the id of the request.
Bodies are JSON in UTF-8 of at most 256 KiB and 40 levels, without names that come twice, without NUL, and with numbers
that a double holds exactly. Lists go by `next`. Too many requests get 429 with `Retry-After`.
"""
EVERYWHERE = {
    401: "No key, or none that is usable.",
    403: "The key lacks the scope.",
    429: "Too many requests with this key.",
    500: "A fault of this console; the id leads to it.",
    503: "The database or a label being written is in the way; nothing was done.",
}
_PROBLEM = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_REQUEST_ID = {"description": "Id of the request.", "schema": {"type": "string"}}
_RETRY_AFTER = {"description": "Seconds to wait.", "schema": {"type": "integer"}}
_CHALLENGE = {"description": "How to sign a request.", "schema": {"type": "string"}}
_HEADERS = {401: {"WWW-Authenticate": _CHALLENGE}, 429: {"Retry-After": _RETRY_AFTER}, 503: {"Retry-After": _RETRY_AFTER}}

api = NinjaAPI(
    title="Signalbox",
    version="1",
    description=DESCRIPTION.strip(),
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
)
errors.install(api)
for router in (submitting.router, run.router, escalation.router, exporting.router):
    api.add_router("", router)


@api.get("/openapi.json", operation_id="read_contract", url_name="read_contract", include_in_schema=False)
def read_contract(request: HttpRequest) -> JsonResponse:
    """The description of this API; open to anyone, it says nothing of what is stored."""
    return JsonResponse(document())


@cache
def document() -> dict[str, Any]:
    """The description, with what ninja does not say of itself: refusals and headers that are the same everywhere."""
    described: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix=PREFIX)))
    described["components"]["schemas"] |= _shapes()
    for operations in described["paths"].values():
        for operation in operations.values():
            _complete(operation["responses"])
    return described


def _shapes() -> dict[str, Any]:
    """Shapes that ninja meets in no response of its own."""
    return {
        shape.__name__: shape.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
        for shape in (Problem, line.Label)
    }


def _complete(responses: dict[str, Any]) -> None:
    for status, description in EVERYWHERE.items():
        responses[str(status)] = {
            "description": description,
            "content": _PROBLEM,
            "headers": dict(_HEADERS.get(status, {})),
        }
    for response in responses.values():
        response.setdefault("headers", {})["X-Request-Id"] = _REQUEST_ID
