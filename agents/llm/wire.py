"""What every provider that speaks over a network shares: bodies with an end, read strictly, and what a status means."""

import json
from collections.abc import Iterator
from time import monotonic
from typing import Any

from agents.llm import arguments
from agents.llm.failure import FailureKind, ModelFailure

BODY_LIMIT = 8_000_000


def body(chunks: Iterator[bytes], timeout_seconds: float) -> bytes:
    """The whole of an answer; raises ModelFailure where it is too large, or takes longer in all.

    A client's own time-out is for each read, so a server that drips would hold a worker for ever.
    """
    deadline, found = monotonic() + timeout_seconds, bytearray()
    for chunk in chunks:
        found += chunk
        if len(found) > BODY_LIMIT:
            raise ModelFailure(f"The answer is larger than {BODY_LIMIT} bytes.")
        if monotonic() > deadline:
            raise ModelFailure(f"The answer took longer than {timeout_seconds:g} s.", kind=FailureKind.TIMEOUT)
    return bytes(found)


def kind_of(status: int) -> FailureKind:
    """What an HTTP status that is no success means."""
    if status == 429:
        return FailureKind.RATE_LIMITED
    if status == 408:
        return FailureKind.TIMEOUT
    return FailureKind.SERVER if status >= 500 else FailureKind.REFUSED


def document(found: bytes) -> dict[str, Any]:
    """A body as the JSON object it has to be; raises ModelFailure for what two readers could read differently."""
    try:
        return as_object(json.loads(found, object_pairs_hook=arguments.once, parse_constant=arguments.no_constant))
    except (ValueError, RecursionError) as error:
        raise ModelFailure(f"The answer is not JSON: {type(error).__name__}.") from error


def as_object(value: Any) -> dict[str, Any]:
    """A part of an answer that must be an object; raises ModelFailure."""
    if not isinstance(value, dict):
        raise ModelFailure("The answer does not have the shape it should have.")
    return value


def count(value: Any) -> int:
    """Tokens; none for what is no sensible number."""
    return value if type(value) is int and 0 <= value < 10**9 else 0
