"""One call to a server that speaks the Messages API, with every way it can fail given a kind."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache

import httpx

from agents.domain import retry
from agents.domain.turn import ModelRequest, Turn
from agents.llm import naming, wire
from agents.llm.endpoint import Endpoint
from agents.llm.failure import FailureKind, ModelFailure
from agents.llm.providers.anthropic import messages, reply

PUBLIC = "https://api.anthropic.com"
VERSION = "2023-06-01"


def complete(request: ModelRequest, endpoint: Endpoint) -> Turn:
    """Ask once, without retries; raises ModelFailure."""
    # The shorter of what the server may take here and of what whoever asks can wait.
    endpoint = replace(endpoint, timeout_seconds=min(endpoint.timeout_seconds, request.timeout_seconds))
    body = _post(messages.document(request), endpoint)
    return reply.read(body, taken=naming.taken(request), is_strict=not request.correction)


def _post(asked: dict[str, object], endpoint: Endpoint) -> bytes:
    with _failures(endpoint), _client(endpoint).stream("POST", "/v1/messages", json=asked) as response:
        found = wire.body(response.iter_bytes(), endpoint.timeout_seconds)
    if response.status_code != 200:
        raise _status(response, found, endpoint)
    return found


@contextmanager
def _failures(endpoint: Endpoint) -> Iterator[None]:
    try:
        yield
    except httpx.TimeoutException as error:
        detail = f"No answer within {endpoint.timeout_seconds:g} s."
        raise ModelFailure(detail, kind=FailureKind.TIMEOUT) from error
    except httpx.TransportError as error:
        raise ModelFailure(endpoint.clean(str(error)), kind=FailureKind.CONNECTION) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ModelFailure(endpoint.clean(str(error))) from error


def _status(response: httpx.Response, found: bytes, endpoint: Endpoint) -> ModelFailure:
    status = response.status_code
    said = endpoint.clean(found.decode("utf-8", "replace"))
    return ModelFailure(
        f"HTTP {status}: {said}",
        kind=wire.kind_of(status),
        retry_after_seconds=retry.asked_for(response.headers.get("retry-after", "")),
    )


@lru_cache(maxsize=8)
def _client(endpoint: Endpoint) -> httpx.Client:
    headers = {"x-api-key": endpoint.api_key, "anthropic-version": VERSION}
    return httpx.Client(base_url=endpoint.base_url or PUBLIC, headers=headers, timeout=endpoint.timeout_seconds)
