"""A run's history and tools as chat completions wants them."""

import json
import re
from collections.abc import Iterator
from typing import Any

from agents.domain.turn import Line, ModelRequest, ToolCall

REASONING = "_reasoning"
"""The extra first property of every tool: written first, a model thinks before it fills the arguments in."""

_TEXT = {"type": "string"}
_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "Why this call, before its arguments. Shown to the person who may have to decide about it.",
    "properties": {
        "needed": {**_TEXT, "description": "What has to be known or changed now."},
        "lives_in": {**_TEXT, "description": "Which system or message holds it."},
        "tool": {**_TEXT, "description": "The tool that fits."},
        "why": {**_TEXT, "description": "Why this tool with these arguments."},
        "alternatives": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"name": _TEXT, "why_not": _TEXT, "score": _SHARE},
                "required": ["name", "why_not"],
            },
        },
        "tool_choice": {**_SHARE, "description": "How sure you are that this is the right tool."},
        "arguments": {**_SHARE, "description": "How sure you are that every argument is right."},
    },
    "required": ["needed", "lives_in", "tool", "why", "tool_choice", "arguments"],
}


def messages(request: ModelRequest) -> list[dict[str, Any]]:
    """Write system and history as messages; every call gets exactly one answer, as servers insist."""
    written: list[dict[str, Any]] = [{"role": "system", "content": request.system}] if request.system else []
    answers = {line.call_id: line for line in request.history if line.role == "tool"}
    for line in request.history:
        written.extend(_line(line, answers))
    if request.inquiry:
        asked = f"A reviewer asks about the call that waits for a decision; answer in words: {request.inquiry}"
        written.append({"role": "system", "content": asked})
    if request.correction:
        written.append({"role": "system", "content": f"Your last answer could not be used: {request.correction}"})
    return written


def _line(line: Line, answers: dict[str, Line]) -> Iterator[dict[str, Any]]:
    if line.role == "customer":
        yield {"role": "user", "content": line.text}
    elif line.role == "person":
        # Said to the user from this side; in a frame, so that the model knows it did not say so itself.
        yield {"role": "assistant", "content": f"({line.name}, a person of the team, wrote:) {line.text}"}
    elif line.role == "agent":
        yield _said(line)
        for call in line.calls:
            yield {"role": "tool", "tool_call_id": call.call_id, "content": _answer(answers.get(call.call_id))}


def _said(line: Line) -> dict[str, Any]:
    if not line.calls:
        return {"role": "assistant", "content": line.text}
    return {"role": "assistant", "content": line.text or None, "tool_calls": [_called(call) for call in line.calls]}


def _called(call: ToolCall) -> dict[str, Any]:
    written = json.dumps(call.arguments, ensure_ascii=False, separators=(",", ":"))
    # A made-up name is part of the history too, and servers refuse a whole request for one odd letter in it.
    name = re.sub(r"[^A-Za-z0-9_-]", "_", call.tool)[:64]
    return {"id": call.call_id, "type": "function", "function": {"name": name, "arguments": written}}


def _answer(line: Line | None) -> str:
    if line is None:
        return "unknown: no result is known"
    if line.status in ("", "worked"):
        # A result is always inside its frame, so that no tool can speak in the words of whoever decides.
        return json.dumps({"result": line.text}, ensure_ascii=False)
    return f"{line.status}: {line.text}"


def tools(request: ModelRequest) -> list[dict[str, Any]]:
    """Write the tools with the reasoning block as a required first property of each."""
    return [
        {
            "type": "function",
            "function": {
                "name": tool["name"],
                "description": tool.get("description", ""),
                "parameters": _with_reasoning(tool.get("parameters") or {}),
            },
        }
        for tool in request.tools
    ]


def _with_reasoning(parameters: dict[str, Any]) -> dict[str, Any]:
    return {
        **parameters,
        "type": "object",
        "properties": {REASONING: _SCHEMA, **parameters.get("properties", {})},
        "required": [REASONING, *parameters.get("required", ())],
    }
