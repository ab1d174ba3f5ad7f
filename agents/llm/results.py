"""What calls were named and came to, as every provider writes it into a history."""

import json
import re

from agents.domain.turn import Line, ToolCall


def name(call: ToolCall) -> str:
    """The name of the tool; a made-up one is part of the history too, and servers refuse one odd letter in it."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", call.tool)[:64] or "_"


def written(line: Line | None) -> str:
    """What a call came to, as a model reads it."""
    if line is None:
        return "unknown: no result is known"
    if line.status in ("", "worked"):
        # A result is always inside its frame, so that no tool can speak in the words of whoever decides.
        return json.dumps({"result": line.text}, ensure_ascii=False)
    return f"{line.status}: {line.text}"
