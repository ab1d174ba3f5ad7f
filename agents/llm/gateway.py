"""The one door to any model: picks the provider, and lets nothing but a sound turn or a ModelFailure out."""

import os
from collections.abc import Callable

from agents.domain.turn import ModelRequest, Turn
from agents.llm import arguments
from agents.llm.endpoint import Endpoint
from agents.llm.failure import FailureKind, ModelFailure
from agents.llm.providers import recorded, scripted
from agents.llm.providers.anthropic import client as anthropic
from agents.llm.providers.openai import client as openai
from agents.llm.providers.reactive import speakers

CALL_LIMIT = 32
TEXT_LIMIT = 200_000
NAME_LIMIT = 256


def complete(request: ModelRequest) -> Turn:
    """Ask the model that `request.model` names (`provider:name`) for one turn.

    Raises ModelFailure (a ModelFailed with `kind`, `is_transient`, `retry_after_seconds`) for every way this can go
    wrong. Makes one attempt: retrying, with its back-off and its budget, is the engine's. Touches no database and may
    block for the provider's timeout; calls may run side by side.
    """
    provider = request.model.partition(":")[0]
    answer = PROVIDERS.get(provider)
    if answer is None:
        known = ", ".join(sorted(PROVIDERS))
        raise ModelFailure(f"No provider is called {provider!r}; there are: {known}.", kind=FailureKind.REFUSED)
    try:
        turn = answer(request)
        check(turn)
    except ModelFailure:
        raise
    except Exception as error:
        raise ModelFailure(f"{provider}: {type(error).__name__}: {error}") from error
    return turn


def is_remote(model: str) -> bool:
    """Whether a turn of this model may wait for another machine, so that no connection should be held meanwhile."""
    return model.partition(":")[0] in REMOTE


def check(turn: Turn) -> None:
    """Raise ModelFailure for a turn the engine could not store or tell apart; whether a call may run is the gate's."""
    if len(turn.text) > TEXT_LIMIT:
        raise ModelFailure(f"The text is longer than {TEXT_LIMIT} characters.")
    if not turn.calls:
        return
    if len(turn.calls) > CALL_LIMIT:
        raise ModelFailure(f"The turn makes more than {CALL_LIMIT} calls.")
    if len({call.call_id for call in turn.calls}) != len(turn.calls):
        raise ModelFailure("Two calls of one turn have the same id.")
    for call in turn.calls:
        if not call.call_id or not 0 < len(call.tool) <= NAME_LIMIT:
            raise ModelFailure("A call has no id, or no tool name of a sane length.")
        arguments.check(call.arguments)


def _openai(request: ModelRequest) -> Turn:
    return openai.complete(request, Endpoint.read(os.environ, of="OPENAI"))


def _anthropic(request: ModelRequest) -> Turn:
    return anthropic.complete(request, Endpoint.read(os.environ, of="ANTHROPIC"))


PROVIDERS: dict[str, Callable[[ModelRequest], Turn]] = {
    "anthropic": _anthropic,
    "openai": _openai,
    "reactive": speakers.complete,
    "recorded": recorded.complete,
    "scripted": scripted.complete,
}

REMOTE = frozenset({"anthropic", "openai"})
"""Providers that speak over a network."""
