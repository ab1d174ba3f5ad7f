"""The API as a whole, and its description as OpenAPI 3.1."""

import json
from functools import cache
from typing import Any

from django.http import HttpRequest, JsonResponse
from ninja import NinjaAPI

from console.api import errors, run
from console.api.escalation import confirming, listing
from console.api.intake import request as submitting
from console.api.label import exporting, line
from console.api.problem import Problem

PREFIX = "/api/v1/"
DESCRIPTION = """
Hand work to agents that run here, and read what became of it.

Every request carries the key of an agent: `Authorization: Bearer sbx_…`. A key has scopes, a tenant and an end; what
another tenant has is not found. Nothing here decides an escalation: that is for people who are signed in.

Every refusal has one shape, `Problem`: a stable `code`, the path of the field it is about, and the id of the request.
Bodies are JSON in UTF-8 of at most 256 KiB and 40 levels, without names that come twice, without NUL, and with numbers
between -9007199254740991 and 9007199254740991. Lists go by `next`. Too many requests get 429 with `Retry-After`.
"""
EVERYWHERE = frozenset({401, 403, 429, 500, 503})
REFUSALS = {
    401: ("KeyNeeded", "No key, or none that is usable."),
    403: ("ScopeMissing", "The key lacks the scope."),
    404: ("NotFound", "Absent, or of another tenant."),
    409: ("DedupeConflict", "Another request was sent with the same Idempotency-Key."),
    413: ("TooLarge", "The body is larger than 256 KiB."),
    415: ("NotJson", "The body is not application/json in UTF-8."),
    422: ("Unreadable", "What was sent does not fit; `field` says where."),
    429: ("TooMany", "Too many requests with this key, or too many open runs of its tenant."),
    500: ("Broken", "A fault of this console; the id leads to it."),
    503: ("Unavailable", "The database, or a label that is being written, is in the way; nothing was done."),
}
_HEADERS = {
    "X-Request-Id": ("Id of the request.", "string"),
    "Retry-After": ("Seconds to wait.", "integer"),
    "WWW-Authenticate": ("How a request is signed.", "string"),
}
_OF_STATUS = {401: ["WWW-Authenticate"], 429: ["Retry-After"], 503: ["Retry-After"]}

api = NinjaAPI(
    title="Signalbox",
    version="1",
    description=DESCRIPTION.strip(),
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
)
errors.install(api)
for router in (submitting.router, run.router, listing.router, confirming.router, exporting.router):
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
    described["components"]["headers"] = {
        name: {"description": description, "schema": {"type": kind}} for name, (description, kind) in _HEADERS.items()
    }
    described["components"]["responses"] = {name: _refusal(status) for status, (name, _) in REFUSALS.items()}
    for operations in described["paths"].values():
        for operation in operations.values():
            _complete(operation)
    _drop_unused(described["components"]["schemas"], described)
    return described


def _drop_unused(shapes: dict[str, Any], described: dict[str, Any]) -> None:
    """Ninja describes whole queries too, and then never speaks of them."""
    text = json.dumps(described)
    for name in [name for name in shapes if f'schemas/{name}"' not in text]:
        del shapes[name]


def _shapes() -> dict[str, Any]:
    """Shapes that ninja meets in no response of its own."""
    shapes: dict[str, Any] = {}
    for shape in (Problem, line.Label):
        described = shape.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
        shapes |= described.pop("$defs", {}) | {shape.__name__: described}
    return shapes


def _refusal(status: int) -> dict[str, Any]:
    return {
        "description": REFUSALS[status][1],
        "headers": _headers("X-Request-Id", *_OF_STATUS.get(status, [])),
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _complete(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    for response in responses.values():
        response.setdefault("headers", {}).update(_headers("X-Request-Id"))
    for status in EVERYWHERE.union(map(int, responses)) & REFUSALS.keys():
        responses[str(status)] = {"$ref": f"#/components/responses/{REFUSALS[status][0]}"}
    operation["responses"] = dict(sorted(responses.items()))
    for parameter in operation["parameters"]:
        # A parameter is left out or has a value: an address knows no null.
        schema = parameter["schema"]
        parameter["schema"] = next((one for one in schema.pop("anyOf", []) if one != {"type": "null"}), {}) | schema
