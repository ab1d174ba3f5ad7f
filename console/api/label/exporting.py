"""Export labels: the same question gets the same bytes for ever, because labels are only ever added."""

from collections.abc import AsyncIterator, Iterator
from typing import Annotated

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from ninja import Router
from pydantic import Field

from approvals.learning import exporting
from approvals.models import Label as LabelRow
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
    parts = _parts(exporting.as_of(tenant_id, until=until, everything=chosen.all), after=chosen.after)
    content = _later(parts) if isinstance(request, ASGIRequest) else parts
    return StreamingHttpResponse(content, content_type=MEDIA_TYPE, headers={UNTIL: str(until)})


def _parts(rows: QuerySet[LabelRow], *, after: int) -> Iterator[bytes]:
    """Some lines at a time, each lot from a short query of its own: a slow reader holds no cursor and no memory."""
    while found := list(rows.filter(pk__gt=after)[: exporting.ROWS]):
        after = found[-1].pk
        yield b"".join(exporting.line(exporting.document(row)) for row in found)


async def _later(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The same for ASGI, where Django would put a plain iterator into memory as a whole."""
    following = sync_to_async(lambda: next(parts, None))
    while (part := await following()) is not None:
        yield part
