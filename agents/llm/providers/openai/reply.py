"""What a server answered, read as untrusted bytes."""

from typing import Any

from agents.domain.turn import ToolCall, Turn, Usage
from agents.llm import arguments, naming, reasoning, wire
from agents.llm.failure import FailureKind, ModelFailure


def read(body: bytes, *, taken: frozenset[str], is_strict: bool) -> Turn:
    """Read one chat completion; raises ModelFailure for what is not one, and, where strict, for calls without reasons.

    `taken` are call ids that this run has used.

    Text without a call is what the agent says to the customer; such a run ends when the customer or a limit ends it,
    because nothing in the format says that a request is done.
    """
    answer = wire.document(body)
    choices = answer.get("choices")
    choice = wire.as_object(choices[0]) if isinstance(choices, list) and choices else {}
    message = wire.as_object(choice.get("message"))
    _check_finish(choice.get("finish_reason"), message)
    asked = [wire.as_object(call.get("function")) | {"id": call.get("id")} for call in _calls(message)]
    parsed = [_arguments(call) for call in asked]
    blocks = [each.pop(reasoning.NAME, None) for each in parsed]
    text = reasoning.storable(message.get("content"))
    if not asked and not text:
        raise ModelFailure("The answer holds neither text nor a call.")
    names = naming.unique([call["id"] for call in asked], taken=taken)
    return Turn(
        text=text,
        calls=tuple(
            ToolCall(call_id=name, tool=call["name"], arguments=given)
            for name, call, given in zip(names, asked, parsed, strict=True)
        ),
        reasoning=reasoning.read(blocks, is_strict=is_strict),
        usage=_usage(answer.get("usage")),
    )


def _calls(message: dict[str, Any]) -> list[dict[str, Any]]:
    calls = message.get("tool_calls") or []
    if not isinstance(calls, list):
        raise ModelFailure("The answer's tool calls are not a list.")
    return [wire.as_object(call) for call in calls]


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


def _usage(value: Any) -> Usage:
    given = value if isinstance(value, dict) else {}
    return Usage(
        input_tokens=wire.count(given.get("prompt_tokens")), output_tokens=wire.count(given.get("completion_tokens"))
    )
