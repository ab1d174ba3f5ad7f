"""The agent's answer to a reviewer: what it wants to do, from what, and which words of the customer it goes by."""

from agents.domain.turn import ModelRequest, Turn, Usage

QUOTED = 200


def explain(request: ModelRequest) -> Turn:
    """Say it from the history alone; it calls nothing."""
    calls = [call for line in request.history for call in line.calls]
    looked_up = dict.fromkeys(line.tool for line in request.history if line.role == "tool" and line.status == "worked")
    said = next((line.text for line in reversed(request.history) if line.role == "customer" and line.text), "")
    parts = [f"I want to call {calls[-1].tool}." if calls else "I have not decided on a call yet."]
    if looked_up:
        parts.append(f"I have looked at {', '.join(looked_up)}.")
    if said:
        parts.append(f"The customer said last: \u201c{said[:QUOTED]}\u201d")
    text = " ".join(parts)
    return Turn(text=text, usage=Usage(output_tokens=len(text) // 4))
