"""Read query parameters strictly: each one known, named once, and of a text that can be looked for."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.params.models import Query, QueryModel
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from console.api.problem import Unreadable
from console.api.reading.body import check_text

LARGEST_PAGE = 200
LARGEST_ID = 2**63 - 1


class UnknownParameter(Unreadable):
    """There is no such query parameter."""

    code = "unknown_parameter"


class RepeatedParameter(Unreadable):
    """This query parameter comes more than once."""

    code = "repeated_parameter"


class _StrictQuery(QueryModel):
    """How ninja gets the data of a query."""

    @classmethod
    def get_request_data(cls, request: HttpRequest, api: NinjaAPI, path_params: dict[str, Any]) -> dict[str, Any]:
        known: dict[str, Any] = getattr(cls, "__ninja_flatten_map__", {})
        for name, values in request.GET.lists():
            field = f"query.{name}"
            if name not in known:
                raise UnknownParameter(field=field)
            if len(values) > 1:
                raise RepeatedParameter(field=field)
            check_text(values[0], field=field)
        return super().get_request_data(request, api, path_params) or {}


class StrictQuery(Query):  # type: ignore[misc]  # ninja's own base is untyped
    """Marks the one parameter of an endpoint that holds all of its query."""

    _model = _StrictQuery

    @classmethod
    def _param_source(cls) -> str:
        return "query"


def _digits(value: Any) -> Any:
    """Digits and nothing else: no sign, space, underscore or fraction, which a lenient reader would take."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        raise ValueError("Input should be digits")
    return value


Id = Annotated[int, Field(ge=0, le=LARGEST_ID), BeforeValidator(_digits)]
RowId = Annotated[int, Field(ge=1, le=LARGEST_ID), BeforeValidator(_digits)]
"""An id in an address: `1.0`, `+1` and ` 1` name nothing."""
Length = Annotated[int, Field(ge=1, le=LARGEST_PAGE), BeforeValidator(_digits)]

LONGEST_WAIT = 30
Seconds = Annotated[int, Field(ge=0, le=LONGEST_WAIT), BeforeValidator(_digits)]


class Parameters(BaseModel):
    """What every query of ours is: values that text was read into, unknown names refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


NOTHING = Parameters()
NoQuery = Annotated[Parameters, StrictQuery(NOTHING, include_in_schema=False)]
"""Marks a parameter of an endpoint whose address takes no query, so that none is silently ignored."""


class Paging(Parameters):
    """How much of a list; `after` is what `next` of the page before said."""

    limit: Length = 50
