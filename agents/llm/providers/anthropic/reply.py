"""What a server answered in the Messages format, read as untrusted bytes."""

from typing import Any

from agents.domain.turn import ToolCall, Turn, Usage
from agents.llm import arguments, naming, reasoning, wire
from agents.llm.failure import FailureKind, ModelFailure

CUT = frozenset({"max_tokens", "model_context_window_exceeded", "pause_turn"})
"""Why an answer ended before its end."""
READ = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")


def read(body: bytes, *, taken: frozenset[str], is_strict: bool) -> Turn:
    """Read one message; raises ModelFailure for what is not one, and, where strict, for calls without reasons.

    `taken` are call ids that this run has used. Blocks of kinds that are not asked for are not read.
    """
    answer = wire.document(body)
    blocks = answer.get("content")
    if not isinstance(blocks, list):
        raise ModelFailure("The answer has no content.")
    _check_stop(answer.get("stop_reason"))
    parts = [wire.as_object(block) for block in blocks]
    text = "\n\n".join(reasoning.storable(part.get("text")) for part in parts if part.get("type") == "text")
    asked = [part for part in parts if part.get("type") == "tool_use"]
    given = [_arguments(call) for call in asked]
    reasons = [each.pop(reasoning.NAME, None) for each in given]
    if not asked and not text.strip():
        raise ModelFailure("The answer holds neither text nor a call.")
    names = naming.unique([call.get("id") for call in asked], taken=taken)
    return Turn(
        text=text,
        calls=tuple(
            ToolCall(call_id=name, tool=call["name"], arguments=values)
            for name, call, values in zip(names, asked, given, strict=True)
        ),
        reasoning=reasoning.read(reasons, is_strict=is_strict),
        usage=_usage(answer.get("usage")),
    )


def _check_stop(reason: Any) -> None:
    if reason in CUT:
        raise ModelFailure("The answer was cut off at the token limit.")
    if reason == "refusal":
        raise ModelFailure("The model declined to answer.", kind=FailureKind.REFUSED)


def _arguments(call: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(call.get("name"), str):
        raise ModelFailure("A tool call has no name.")
    given = wire.as_object(call.get("input"))
    arguments.check(given)
    return dict(given)


def _usage(value: Any) -> Usage:
    given = value if isinstance(value, dict) else {}
    read_ = sum(wire.count(given.get(name)) for name in READ)
    return Usage(input_tokens=read_, output_tokens=wire.count(given.get("output_tokens")))
