"""Says what a recorded run said: `recorded:agent/<domain>` and `recorded:customer`, each turn as it was.

The scenario is a pointer, `{"line": 17, "id": "..."}`, into the folder that SIGNALBOX_REPLAY_DIR names, and the record
is read there. So a request carries neither the words, of which some runs have more than a body may hold, nor anything
the run is scored by; and nothing is redacted on its way in, which would make other calls than the recorded ones.
"""

from agents.domain import record
from agents.domain.errors import AgentError
from agents.domain.record import Record
from agents.domain.turn import ModelRequest, ToolCall, Turn
from agents.llm.failure import FailureKind, ModelFailure
from approvals.domain.evidence import Reasoning

CUSTOMER = "customer"


def complete(request: ModelRequest) -> Turn:
    """Turn N of a speaker, whatever came of the turns before it (open loop); behind the last one a final turn.

    Raises ModelFailure when the record is not there. The agent of a domain calls its tools `<domain>.<tool>`; without
    a domain (`recorded:agent`) they keep their recorded names.
    """
    speaker, _, domain = request.model.partition(":")[2].partition("/")
    found = _record(request)
    if speaker == CUSTOMER:
        return Turn(text=found.customer[request.turn] if request.turn < len(found.customer) else "")
    return _agent_turn(found, request.turn, prefix=f"{domain}." if domain else "")


def _record(request: ModelRequest) -> Record:
    pointer = request.scenario
    try:
        return record.read(record.folder(), int(pointer["line"]), str(pointer["id"]))
    except (AgentError, OSError, KeyError, TypeError, ValueError) as error:
        raise ModelFailure(f"No recorded run: {error}", kind=FailureKind.REFUSED) from error


def _agent_turn(found: Record, turn: int, *, prefix: str) -> Turn:
    if turn >= len(found.agent):
        return Turn(is_final=True)
    said = found.agent[turn]
    calls = (ToolCall(call_id=said.call_id, tool=prefix + said.tool, arguments=said.arguments),)
    return Turn(
        text=said.text,
        calls=calls if said.call_id else (),
        # No recorded run states a confidence, so none is made up: what is missing asks. Agreement was measured.
        reasoning=Reasoning(
            tool=calls[0].tool if said.call_id else "",
            why=said.why,
            agreement=record.agreements(record.folder()).get((found.id, said.call_id)),
        ),
        is_final=not said.call_id and found.is_last(turn),
    )
