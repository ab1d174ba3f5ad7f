"""A run's history and tools as the Messages API wants them.

Its rules are strict: the user speaks first, nobody twice in a row, no text is empty, ids are letters and digits, and
the results of all calls of a turn are the first thing after it.
"""

from typing import Any

from agents.domain.turn import Line, ModelRequest
from agents.llm import reasoning, results

OUTPUT_TOKENS = 8_192
"""What is asked for where nothing bounds it: the format wants a number."""
BEGINNING = "(The conversation begins.)"
NOTHING = "(nothing)"

Block = dict[str, Any]


def document(request: ModelRequest) -> dict[str, Any]:
    """What is sent; a provider that streams nothing sends one document back."""
    asked: dict[str, Any] = {
        "model": request.model.partition(":")[2],
        "max_tokens": request.output_tokens or OUTPUT_TOKENS,
        "messages": _messages(request),
    }
    if request.system:
        asked["system"] = request.system
    if request.tools:
        asked["tools"] = [_tool(tool) for tool in request.tools]
    return asked


def _messages(request: ModelRequest) -> list[dict[str, Any]]:
    told: list[tuple[str, list[Block]]] = []
    answers = {line.call_id: line for line in request.history if line.role == "tool"}
    for line in request.history:
        if line.role == "customer":
            told.append(("user", [_text(line.text)]))
        elif line.role == "agent":
            told += _said(line, answers, first=sum(len(blocks) for _, blocks in told))
    if request.correction:
        told.append(("user", [_text(f"Your last answer could not be used: {request.correction}")]))
    return _in_turns(told)


def _said(line: Line, answers: dict[str, Line], *, first: int) -> list[tuple[str, list[Block]]]:
    """A turn of the agent, and the results of its calls; ids are places, because the format takes few letters."""
    names = [f"call_{first}_{place}" for place in range(len(line.calls))]
    said = [_text(line.text)] if line.text or not line.calls else []
    said += [
        {"type": "tool_use", "id": name, "name": results.name(call), "input": call.arguments}
        for name, call in zip(names, line.calls, strict=True)
    ]
    found = [
        {"type": "tool_result", "tool_use_id": name, "content": results.written(answers.get(call.call_id))}
        for name, call in zip(names, line.calls, strict=True)
    ]
    return [("assistant", said), *([("user", found)] if found else [])]


def _in_turns(told: list[tuple[str, list[Block]]]) -> list[dict[str, Any]]:
    """Messages in turns, the user's first; what one side said in a row is one message."""
    if not told or told[0][0] != "user":
        told = [("user", [_text(BEGINNING)]), *told]
    found: list[dict[str, Any]] = []
    for role, blocks in told:
        if found and found[-1]["role"] == role:
            found[-1]["content"] += blocks
        else:
            found.append({"role": role, "content": list(blocks)})
    if found[-1]["role"] == "assistant":
        # An answer that ends with the agent's own words would be taken for the beginning of the next.
        found.append({"role": "user", "content": [_text(NOTHING)]})
    return found


def _text(text: str) -> Block:
    return {"type": "text", "text": text if text.strip() else NOTHING}


def _tool(tool: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": tool["name"],
        "description": tool.get("description", ""),
        "input_schema": reasoning.asked_first(tool.get("parameters") or {}),
    }
