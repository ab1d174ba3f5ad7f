"""Says what the scenario wrote down: for tests and benchmarks, so it does no more than build the turn."""

from typing import Any

from agents.domain.turn import ModelRequest, ToolCall, Turn, Usage
from agents.llm.failure import FailureKind, ModelFailure
from approvals.domain.evidence import Alternative, Reasoning

END = Turn(text="That is all I can do here.", is_final=True)


def complete(request: ModelRequest) -> Turn:
    """What a reviewer asks back is answered by `scenario["answers"]`, by the question.

    Else return `scenario["turns"][request.turn]`, a dict shaped like a Turn; past the last one a final text turn.

    `call_id` may be left out (it becomes `<turn>-<position>`); `{"fails": "<kind>"}` raises that ModelFailure, with
    `corrects` beside it only until the model is told what was wrong; `corrected` is the turn it makes of that.
    """
    if request.inquiry:
        return Turn(text=str(request.scenario.get("answers", {}).get(request.inquiry, "I cannot say.")))
    turns = request.scenario.get("turns", ())
    if request.turn >= len(turns):
        return END
    said = dict(turns[request.turn])
    if "fails" in said and not (request.correction and said.get("corrects")):
        raise ModelFailure("The script says so.", kind=FailureKind(said["fails"]))
    if request.correction and "corrected" in said:
        said = said["corrected"]
    said = {name: value for name, value in said.items() if name not in ("fails", "corrects", "corrected")}
    if "calls" in said:
        said["calls"] = tuple(_call(call, request.turn, position) for position, call in enumerate(said["calls"]))
    if "reasoning" in said:
        said["reasoning"] = _reasoning(said["reasoning"])
    if "usage" in said:
        said["usage"] = Usage(**said["usage"])
    return Turn(**said)


def _call(said: dict[str, Any], turn: int, position: int) -> ToolCall:
    call_id = said.get("call_id") or f"{turn}-{position}"
    return ToolCall(call_id=call_id, tool=said["tool"], arguments=said.get("arguments", {}))


def _reasoning(said: dict[str, Any]) -> Reasoning:
    others = tuple(Alternative(**other) for other in said.get("alternatives", ()))
    return Reasoning(**{**said, "alternatives": others})
