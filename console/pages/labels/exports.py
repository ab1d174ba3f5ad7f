"""Labels to take along: the same watermark gives the same bytes."""

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from approvals.learning import exporting
from approvals.learning.manifest import Format, content, manifest
from console.access import auditor_or_admin_required, member_of
from console.pages import errors

TYPES = {Format.JSONL: "application/jsonl", Format.CSV: "text/csv; charset=utf-8"}
UNTIL = "Labels-Until"


@require_safe
@auditor_or_admin_required
def export_labels(request: HttpRequest, chosen: Format) -> HttpResponseBase:
    """Every label of the tenant up to `?until=`, streamed; with `?all=1` also what no longer stood by then."""
    tenant_id = member_of(request).tenant_id
    try:
        until = exporting.settled(tenant_id, until=_until(request))
    except exporting.StillWriting:
        return later(request)
    parts = content(tenant_id, chosen, until=until, everything=_is_all(request))
    response = StreamingHttpResponse(
        exporting.in_turn(parts) if isinstance(request, ASGIRequest) else parts, content_type=TYPES[chosen]
    )
    response["Content-Disposition"] = f'attachment; filename="labels-until-{until}.{chosen}"'
    response[UNTIL] = str(until)
    return response


@require_safe
@auditor_or_admin_required
def labels_manifest(request: HttpRequest) -> HttpResponse:
    """What an export up to `?until=` holds, with the hashes of its bytes."""
    tenant_id = member_of(request).tenant_id
    try:
        until = exporting.settled(tenant_id, until=_until(request))
    except exporting.StillWriting:
        return later(request)
    found = manifest(tenant_id, until=until, everything=_is_all(request))
    response = JsonResponse(found.document(), json_dumps_params={"indent": 2})
    response["Content-Disposition"] = f'attachment; filename="labels-until-{until}.manifest.json"'
    response[UNTIL] = str(until)
    return response


def _until(request: HttpRequest) -> int | None:
    """The watermark that is asked for; a doubtful one is whatever is newest."""
    text = request.GET.get("until", "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _is_all(request: HttpRequest) -> bool:
    return request.GET.get("all") == "1"


def later(request: HttpRequest) -> HttpResponse:
    """A label is being written all the while: try again in a second."""
    response = errors.page(request, 503)
    response["Retry-After"] = "1"
    return response
