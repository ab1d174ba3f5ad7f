"""One recorded run, in the turns of the engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agents.domain.errors import AgentError


class NoRecord(AgentError):
    """The recorded data is not where it should be."""

    code = "no_record"


@dataclass(frozen=True)
class Said:
    """One turn of the recorded agent: words, reasoning and at most one call."""

    text: str = ""
    why: str = ""
    call_id: str = ""
    """The index of the call in the record, as text; empty for a turn without one."""
    tool: str = ""
    """As recorded, without the name of a domain."""
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What a recorded tool answered: a text, and the error when it was one."""

    result: Any
    error: str | None


@dataclass(frozen=True)
class Record:
    """One recorded run in the turns of the engine.

    The customer begins; after a turn with a call the agent speaks again, after one without the customer does. What
    somebody said in several steps is one turn, and who had nothing to say has a silent one. Calls that were made side
    by side are made one after the other, in the order of the record: otherwise what the gate has seen when it judges
    the second would depend on which worker was faster.
    """

    line: int
    id: str
    source: str
    domain: str
    task_id: str
    agent: tuple[Said, ...]
    customer: tuple[str, ...]
    answers: Mapping[str, Answer]
    """By `call_id`; a call whose answer was never recorded is missing."""

    @property
    def calls(self) -> tuple[Said, ...]:
        """The turns that call a tool."""
        return tuple(said for said in self.agent if said.call_id)

    def is_last(self, turn: int) -> bool:
        """Whether nobody says anything after this turn of the agent."""
        spoken = sum(not said.call_id for said in self.agent)
        return turn + 1 >= len(self.agent) and spoken >= len(self.customer)
