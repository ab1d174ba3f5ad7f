"""What a server answered, read as untrusted bytes."""

import json
import re
from math import isfinite
from typing import Any

from agents.domain.turn import ToolCall, Turn, Usage
from agents.llm import arguments
from agents.llm.failure import FailureKind, ModelFailure
from agents.llm.providers.openai.messages import REASONING
from approvals.domain.evidence import Alternative, Reasoning

WORDS_LIMIT = 4_000
ALTERNATIVES_LIMIT = 5
ID_LIMIT = 64


def read(body: bytes, *, taken: frozenset[str]) -> Turn:
    """Read one chat completion; `taken` are call ids this run has used. Raises ModelFailure for what is not one.

    Text without a call is what the agent says to the customer; such a run ends when the customer or a limit ends it,
    because nothing in the format says that a request is done.
    """
    answer = _object(_json(body))
    choices = answer.get("choices")
    choice = _object(choices[0]) if isinstance(choices, list) and choices else {}
    message = _object(choice.get("message"))
    _check_finish(choice.get("finish_reason"), message)
    asked = [_object(_object(call).get("function")) | {"id": _object(call).get("id")} for call in _calls(message)]
    parsed = [_arguments(call) for call in asked]
    blocks = [each.pop(REASONING, None) for each in parsed]
    text = _text(message.get("content"))
    if not asked and not text:
        raise ModelFailure("The answer holds neither text nor a call.")
    return Turn(
        text=text,
        calls=_unique(asked, parsed, taken),
        reasoning=_reasoning(blocks[0]) if blocks else Reasoning(),
        usage=_usage(answer.get("usage")),
    )


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ModelFailure(f"The answer is not JSON: {type(error).__name__}.") from error


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ModelFailure("The answer does not have the shape of a chat completion.")
    return value


def _calls(message: dict[str, Any]) -> list[Any]:
    calls = message.get("tool_calls") or []
    if not isinstance(calls, list):
        raise ModelFailure("The answer's tool calls are not a list.")
    return calls


def _check_finish(reason: Any, message: dict[str, Any]) -> None:
    if reason == "length":
        raise ModelFailure("The answer was cut off at the token limit.")
    if reason == "content_filter" or message.get("refusal"):
        raise ModelFailure("The model declined to answer.", kind=FailureKind.REFUSED)


def _arguments(call: dict[str, Any]) -> dict[str, Any]:
    written = call.get("arguments")
    if not isinstance(written, str) or not isinstance(call.get("name"), str):
        raise ModelFailure("A tool call has no name or no arguments.")
    return arguments.parse(written)


def _unique(asked: list[dict[str, Any]], parsed: list[dict[str, Any]], taken: frozenset[str]) -> tuple[ToolCall, ...]:
    used, calls = set(taken), []
    for call, given in zip(asked, parsed, strict=True):
        wanted = call["id"] if _is_sound(call["id"]) else f"call-{len(used) + 1}"
        # Local servers number from zero in every answer; a result must find its one call.
        name, number = wanted, 1
        while name in used:
            number += 1
            name = f"{wanted}-{number}"
        used.add(name)
        calls.append(ToolCall(call_id=name, tool=call["name"], arguments=given))
    return tuple(calls)


def _is_sound(name: Any) -> bool:
    return isinstance(name, str) and 0 < len(name) <= ID_LIMIT and name.isascii() and name.isprintable()


def _text(value: Any) -> str:
    # Neither a NUL nor half a surrogate pair can be stored.
    return re.sub("[\x00\ud800-\udfff]", "\ufffd", value) if isinstance(value, str) else ""


def _reasoning(block: Any) -> Reasoning:
    given = block if isinstance(block, dict) else {}
    others = given.get("alternatives")
    return Reasoning(
        needed=_words(given.get("needed")),
        lives_in=_words(given.get("lives_in")),
        tool=_words(given.get("tool")),
        why=_words(given.get("why")),
        alternatives=tuple(_alternative(other) for other in others[:ALTERNATIVES_LIMIT] if isinstance(other, dict))
        if isinstance(others, list)
        else (),
        tool_choice=_share(given.get("tool_choice")),
        arguments=_share(given.get("arguments")),
    )


def _alternative(given: dict[str, Any]) -> Alternative:
    return Alternative(
        name=_words(given.get("name")), why_not=_words(given.get("why_not")), score=_share(given.get("score"))
    )


def _words(value: Any) -> str:
    return _text(value)[:WORDS_LIMIT]


def _share(value: Any) -> float | None:
    """A number from 0 to 1, or None: what is missing or odd makes the gate ask."""
    if type(value) not in (int, float) or not isfinite(value) or not 0 <= value <= 1:
        return None
    return float(value)


def _usage(value: Any) -> Usage:
    given = value if isinstance(value, dict) else {}
    return Usage(input_tokens=_count(given.get("prompt_tokens")), output_tokens=_count(given.get("completion_tokens")))


def _count(value: Any) -> int:
    return value if type(value) is int and 0 <= value < 10**9 else 0
