"""The rows of a trace: a span for the run, for each step, and for what the gate, people and tools did about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a span is about."""

    RUN = "run"
    MODEL = "model"
    CUSTOMER = "customer"
    TOOL = "tool"
    GATE = "gate"
    ESCALATION = "escalation"
    PERSON = "person"
    UNDO = "undo"
    EFFECT = "effect"


@dataclass(frozen=True)
class Span:
    """One row. Its times are as recorded; what has not ended has no end."""

    id: str
    """Stable: `run`, `s4` for a step, `s4-g1` for what belongs to it."""
    kind: Kind
    name: str
    """What it is called; for tools untrusted."""
    start: datetime | None
    end: datetime | None
    depth: int = 0
    note: str = ""
    """A few words of the console behind the name; may hold names of tools."""
    is_error: bool = False
    is_moment: bool = False
    """It has no length: the gate's answer, a person's decision."""
    is_waiting: bool = False
    """Nobody works in it: it is drawn striped."""
    is_parent: bool = False
    """It spans what stands below it: it is drawn as a bracket."""
    is_code: bool = False
    """Its name is an identifier."""

    @property
    def is_running(self) -> bool:
        """It has begun and not ended."""
        return self.start is not None and self.end is None and not self.is_moment

    @property
    def step(self) -> int:
        """The position of the step it belongs to; 0 for the run."""
        head = self.id.partition("-")[0]
        return int(head[1:]) if head[1:].isdecimal() else 0

    @property
    def parent(self) -> str:
        """The id of the span above it; empty for the run."""
        if self.depth == 0:
            return ""
        return "run" if self.depth == 1 else self.id.partition("-")[0]


def below(spans: tuple[Span, ...], parent: str) -> Iterator[Span]:
    """The spans that belong to a step."""
    return (span for span in spans if span.parent == parent)
