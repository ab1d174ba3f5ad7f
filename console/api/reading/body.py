"""Read a JSON body strictly: what is refused here could not be stored, or would not be what was sent.

The limits follow RFC 7493 (I-JSON): UTF-8, no name twice in an object, no lone surrogates, no number too large for a
double to count with. NUL goes too, because PostgreSQL has no place for it.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.params.models import Body, BodyModel

from console.api.problem import NotJson, TooLarge, Unreadable

LARGEST = 262_144
DEEPEST = 40
LARGEST_NUMBER = 2**53 - 1
_UTF8 = frozenset({"utf-8", "utf8"})
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class BadJson(Unreadable):
    """The body is not JSON in UTF-8:"""

    code = "bad_json"


class DuplicateName(Unreadable):
    """This name comes twice in one object."""

    code = "duplicate_name"


class BadNumber(Unreadable):
    """Numbers are finite and between -9007199254740991 and 9007199254740991."""

    code = "bad_number"


class BadText(Unreadable):
    """Text holds neither NUL nor half of a surrogate pair."""

    code = "bad_text"


class TooDeep(Unreadable):
    """Lists and objects lie at most 40 deep."""

    code = "too_deep"


class _StrictBody(BodyModel):
    """How ninja gets the data of a body."""

    @classmethod
    def get_request_data(cls, request: HttpRequest, api: NinjaAPI, path_params: dict[str, Any]) -> dict[str, Any]:
        return {cls.__read_from_single_attr__: read(request)}


class StrictBody(Body):  # type: ignore[misc]  # ninja's own base is untyped
    """Marks the one parameter of an endpoint that is its body."""

    _model = _StrictBody

    @classmethod
    def _param_source(cls) -> str:
        return "body"


@dataclass(frozen=True)
class _Pairs:
    """An object before its names were looked at."""

    items: list[tuple[str, Any]]


class _OutOfRange:
    """A number that cannot be kept as it was sent."""


def read(request: HttpRequest) -> Any:
    """The body as Python values; raises NotJson, TooLarge or one of the Unreadable, with the path of what is wrong."""
    check_kind(request)
    return parse(raw(request))


def check_kind(request: HttpRequest) -> None:
    """Raise NotJson unless the body says that it is JSON in UTF-8 as it is."""
    charset = str(request.content_params.get("charset", "utf-8")) if request.content_params else "utf-8"
    if request.content_type != "application/json" or charset.lower() not in _UTF8:
        raise NotJson
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise NotJson


def raw(request: HttpRequest) -> bytes:
    """The bytes of a body; raises TooLarge."""
    found: bytes = request.read(LARGEST + 1)
    if len(found) > LARGEST:
        raise TooLarge(f"At most {LARGEST} bytes.", field="body")
    return found


def parse(text: bytes) -> Any:
    """JSON bytes as Python values; raises one of the Unreadable."""
    try:
        value = json.loads(
            text.decode(),
            object_pairs_hook=_Pairs,
            parse_int=_whole,
            parse_float=_fraction,
            parse_constant=lambda _name: _OutOfRange(),
        )
    except RecursionError:
        raise TooDeep(field="body") from None
    except UnicodeDecodeError as error:
        raise BadJson(f"byte {error.start} is not UTF-8.", field="body") from None
    except json.JSONDecodeError as error:
        raise BadJson(f"{error.msg}, line {error.lineno}, column {error.colno}.", field="body") from None
    return _checked(value, "body", DEEPEST)


def check_text(text: str, *, field: str) -> None:
    """Raise BadText for what PostgreSQL cannot hold."""
    if _UNSTORABLE.search(text):
        raise BadText(field=field)


def _whole(digits: str) -> int | _OutOfRange:
    # Longer ones are slow to convert, and out of range anyway.
    number = int(digits) if len(digits) <= 17 else LARGEST_NUMBER + 1
    return number if abs(number) <= LARGEST_NUMBER else _OutOfRange()


def _fraction(digits: str) -> float | _OutOfRange:
    number = float(digits)
    return number if abs(number) <= LARGEST_NUMBER else _OutOfRange()


def _checked(value: Any, path: str, depth: int) -> Any:
    if isinstance(value, _OutOfRange):
        raise BadNumber(field=path)
    if isinstance(value, str):
        check_text(value, field=path)
        return value
    if not isinstance(value, _Pairs | list):
        return value
    if depth == 0:
        raise TooDeep(field=path)
    if isinstance(value, _Pairs):
        return _object(value, path, depth - 1)
    return [_checked(part, f"{path}.{place}", depth - 1) for place, part in enumerate(value)]


def _object(pairs: _Pairs, path: str, depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, part in pairs.items:
        field = f"{path}.{name}"
        check_text(name, field=field)
        if name in found:
            raise DuplicateName(field=field)
        found[name] = _checked(part, field, depth)
    return found
