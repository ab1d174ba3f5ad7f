"""Export labels: the same question gets the same bytes for ever, because labels are only ever added."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Annotated

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db.models import Q, QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from ninja import Router
from pydantic import Field

from approvals.learning.exporting import document
from approvals.models import Label as LabelRow
from approvals.staffing.keys import Scope
from console.api import limiting
from console.api.keys import AgentKeyBearer, key_of
from console.api.label.watermark import settled
from console.api.problem import Problem
from console.api.reading.query import Id, Parameters, StrictQuery

router = Router(tags=["labels"])
MEDIA_TYPE = "application/jsonl"
ROWS = 500
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
    newest = settled(tenant_id)
    until = newest if chosen.until is None else min(chosen.until, newest)
    parts = _parts(_labels(tenant_id, until=until, everything=chosen.all), after=chosen.after)
    content = _later(parts) if isinstance(request, ASGIRequest) else parts
    return StreamingHttpResponse(content, content_type=MEDIA_TYPE, headers={UNTIL: str(until)})


def _labels(tenant_id: int, *, until: int, everything: bool) -> QuerySet[LabelRow]:
    """Labels as they stood when `until` was the newest."""
    rows = LabelRow.objects.filter(tenant_id=tenant_id, pk__lte=until)
    if not everything:
        stands = Q(superseded_by=None) | Q(superseded_by__pk__gt=until)
        rows = rows.filter(stands).exclude(teaching="withdrawn")
    return rows.select_related("verdict", "decision").order_by("pk")


def _parts(rows: QuerySet[LabelRow], *, after: int) -> Iterator[bytes]:
    """Some lines at a time, each from a short query of its own: a slow reader holds no cursor and no memory."""
    while found := list(rows.filter(pk__gt=after)[:ROWS]):
        after = found[-1].pk
        yield "".join(f"{json.dumps(document(row), sort_keys=True)}\n" for row in found).encode()


async def _later(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The same for ASGI, where Django would put a plain iterator into memory as a whole."""
    following = sync_to_async(lambda: next(parts, None))
    while (part := await following()) is not None:
        yield part
