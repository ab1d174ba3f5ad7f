"""A run's history and tools as chat completions wants them."""

import json
from collections.abc import Iterator
from typing import Any

from agents.domain.turn import Line, ModelRequest, ToolCall
from agents.llm import reasoning, results


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
            yield {"role": "tool", "tool_call_id": call.call_id, "content": results.written(answers.get(call.call_id))}


def _said(line: Line) -> dict[str, Any]:
    if not line.calls:
        return {"role": "assistant", "content": line.text}
    return {"role": "assistant", "content": line.text or None, "tool_calls": [_called(call) for call in line.calls]}


def _called(call: ToolCall) -> dict[str, Any]:
    written = json.dumps(call.arguments, ensure_ascii=False, separators=(",", ":"))
    return {"id": call.call_id, "type": "function", "function": {"name": results.name(call), "arguments": written}}


def tools(request: ModelRequest) -> list[dict[str, Any]]:
    """Write the tools with the reasoning block as a required first property of each."""
    return [
        {
            "type": "function",
            "function": {
                "name": tool["name"],
                "description": tool.get("description", ""),
                "parameters": reasoning.asked_first(tool.get("parameters") or {}),
            },
        }
        for tool in request.tools
    ]
