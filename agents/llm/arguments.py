"""Arguments as a model wrote them: parsed strictly, because they are untrusted and will be hashed and run."""

import json
import re
from math import isfinite
from typing import Any, NoReturn

from agents.llm.failure import ModelFailure

SIZE_LIMIT = 1_000_000
DEPTH_LIMIT = 40
WHOLE_LIMIT = 2**53 - 1

_SURROGATE = re.compile("[\ud800-\udfff]")


def parse(text: str) -> dict[str, Any]:
    """Read one JSON object of at most 1 MB; raises ModelFailure for anything two readers could read differently."""
    if len(text) > SIZE_LIMIT or len(text.encode("utf-8", "replace")) > SIZE_LIMIT:
        raise ModelFailure(f"The arguments are larger than {SIZE_LIMIT} bytes.")
    try:
        value = json.loads(text or "{}", object_pairs_hook=once, parse_constant=no_constant)
    except RecursionError:
        raise ModelFailure(f"The arguments are nested deeper than {DEPTH_LIMIT}.") from None
    except ValueError as error:
        raise ModelFailure(f"The arguments are not JSON: {error}.") from error
    check(value)
    assert isinstance(value, dict)
    return value


def check(value: Any) -> None:
    """Raise ModelFailure unless the value is an object that JSON, UTF-8 and PostgreSQL can all hold."""
    if type(value) is not dict:
        raise ModelFailure("The arguments are not a JSON object.")
    layer: list[Any] = [value]
    for _ in range(DEPTH_LIMIT):
        layer = [child for node in layer for child in _children(node)]
        if not layer:
            return
    raise ModelFailure(f"The arguments are nested deeper than {DEPTH_LIMIT}.")


def _children(node: Any) -> list[Any]:
    if type(node) is dict:
        for key in node:
            _check_text(key)
        return list(node.values())
    if type(node) is list:
        return node
    _check_leaf(node)
    return []


def _check_leaf(leaf: Any) -> None:
    if type(leaf) is str:
        _check_text(leaf)
    elif type(leaf) is float:
        if not isfinite(leaf):
            raise ModelFailure("The arguments hold a number that JSON cannot write.")
    elif type(leaf) is int:
        # RFC 8785 writes numbers as doubles, so a larger one could not be hashed as it was meant.
        if abs(leaf) > WHOLE_LIMIT:
            raise ModelFailure("The arguments hold a whole number beyond 2^53.")
    elif leaf is not None and type(leaf) is not bool:
        raise ModelFailure(f"The arguments hold a {type(leaf).__name__}, which is not JSON.")


def _check_text(text: Any) -> None:
    # A lone surrogate has no UTF-8 and PostgreSQL holds no NUL: both would fail later, at a worse place.
    if type(text) is not str:
        raise ModelFailure("The arguments have a name that is not text.")
    if "\x00" in text or (not text.isascii() and _SURROGATE.search(text)):
        raise ModelFailure("The arguments hold a character that cannot be stored.")


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of a document, whose names come once; raises ModelFailure."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ModelFailure("The same field is named twice.")
    return found


def no_constant(name: str) -> NoReturn:
    """Raise ModelFailure for NaN and its like."""
    raise ModelFailure(f"It holds {name}, which is not JSON.")
