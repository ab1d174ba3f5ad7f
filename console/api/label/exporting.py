"""Export labels over the API: the lines that the page and the command write, from a label on."""

from typing import Annotated

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from ninja import Router
from pydantic import Field

from approvals.learning import exporting
from approvals.learning.manifest import Format, content
from approvals.staffing.keys import Scope
from console.api import limiting
from console.api.keys import AgentKeyBearer, key_of
from console.api.problem import Problem
from console.api.reading.query import Id, Parameters, StrictQuery

router = Router(tags=["labels"])
MEDIA_TYPE = "application/jsonl"
UNTIL = "Labels-Until"
LINES = {
    200: {
        "description": "One JSON document a line, by `label_id`.",
        "headers": {UNTIL: {"description": "The watermark that was used.", "schema": {"type": "integer"}}},
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Label"}}},
    }
}


class Range(Parameters):
    """Which labels."""

    after: Id = Field(0, description="Only labels above this id: where the export before ended.")
    until: Id | None = Field(
        None,
        description="The watermark: labels as they stood when this was the newest. It is never above what has settled: "
        f"the header {UNTIL} says what was used, and that gives the same bytes again.",
    )
    all: bool = Field(False, description="Also what was corrected or withdrawn up to the watermark.")


@router.get(
    "/labels",
    auth=AgentKeyBearer(Scope.LABEL_EXPORT, limiting.EXPORTS),
    operation_id="export_labels",
    url_name="export_labels",
    summary="Export labels",
    response={200: None, 422: Problem},
    openapi_extra={"responses": LINES},
)
def export_labels(request: HttpRequest, chosen: Annotated[Range, StrictQuery(...)]) -> StreamingHttpResponse:
    """Labels of the key's tenant that stand, as lines of JSON. Needs the scope `label.export`."""
    tenant_id = key_of(request).tenant_id
    until = exporting.settled(tenant_id, until=chosen.until)
    parts = content(tenant_id, Format.JSONL, until=until, everything=chosen.all, after=chosen.after)
    streamed = exporting.in_turn(parts) if isinstance(request, ASGIRequest) else parts
    return StreamingHttpResponse(streamed, content_type=MEDIA_TYPE, headers={UNTIL: str(until)})
