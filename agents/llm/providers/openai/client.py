"""One call to an OpenAI-shaped server, with every way it can fail given a kind."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from agents.domain import retry
from agents.domain.turn import ModelRequest, Turn
from agents.llm import naming, wire
from agents.llm.endpoint import Endpoint
from agents.llm.failure import FailureKind, ModelFailure
from agents.llm.providers.openai import messages, reply

if TYPE_CHECKING:
    from openai import APIStatusError, OpenAI


def complete(request: ModelRequest, endpoint: Endpoint) -> Turn:
    """Ask once, without retries; raises ModelFailure."""
    asked: dict[str, Any] = {
        "model": request.model.partition(":")[2],
        "messages": messages.messages(request),
    }
    if request.output_tokens is not None:
        asked["max_completion_tokens"] = request.output_tokens
    if request.tools:
        asked["tools"] = messages.tools(request)
    # The shorter of what the server may take here and of what whoever asks can wait.
    endpoint = replace(endpoint, timeout_seconds=min(endpoint.timeout_seconds, request.timeout_seconds))
    return reply.read(_post(asked, endpoint), taken=naming.taken(request), is_strict=not request.correction)


def _post(asked: dict[str, Any], endpoint: Endpoint) -> bytes:
    client = _client(endpoint)
    with _failures(endpoint), client.chat.completions.with_streaming_response.create(**asked) as response:
        return wire.body(response.iter_bytes(), endpoint.timeout_seconds)


@contextmanager
def _failures(endpoint: Endpoint) -> Iterator[None]:
    import httpx2
    import openai

    try:
        yield
    except (openai.APITimeoutError, httpx2.TimeoutException) as error:
        detail = f"No answer within {endpoint.timeout_seconds:g} s."
        raise ModelFailure(detail, kind=FailureKind.TIMEOUT) from error
    except openai.APIStatusError as error:
        raise _status(error, endpoint) from error
    except (openai.APIConnectionError, httpx2.HTTPError) as error:
        raise ModelFailure(endpoint.clean(str(error)), kind=FailureKind.CONNECTION) from error
    except openai.OpenAIError as error:
        raise ModelFailure(endpoint.clean(str(error))) from error


def _status(error: "APIStatusError", endpoint: Endpoint) -> ModelFailure:
    return ModelFailure(
        f"HTTP {error.status_code}: {endpoint.clean(str(error))}",
        kind=wire.kind_of(error.status_code),
        # An empty account answers 429 as well, and waiting does not fill it.
        is_transient=False if error.code == "insufficient_quota" else None,
        retry_after_seconds=retry.asked_for(error.response.headers.get("retry-after", "")),
    )


@lru_cache(maxsize=8)
def _client(endpoint: Endpoint) -> "OpenAI":
    try:
        from openai import OpenAI
    except ImportError as error:
        detail = "The openai package is not installed: pip install signalbox[llm]"
        raise ModelFailure(detail, kind=FailureKind.MISSING_EXTRA) from error
    return OpenAI(
        api_key=endpoint.api_key,
        base_url=endpoint.base_url or None,
        timeout=endpoint.timeout_seconds,
        max_retries=0,
    )
