"""What a rerun finds: for each step what it was, and what the same code says of the same recorded answers today."""

from dataclasses import dataclass
from enum import StrEnum


class What(StrEnum):
    """What of a step is otherwise."""

    AGENT = "agent"
    """Its declaration: gone, or of another version."""
    PLAN = "plan"
    """What follows a turn."""
    LIMIT = "limit"
    """Whether a limit of the run ends it here."""
    ACTION = "action"
    """The canonical bytes of a call."""
    SOURCES = "sources"
    """Where the values of a call come from."""
    ANSWER = "answer"
    """What the gate says under the rules that are live."""
    LOST = "lost"
    """It cannot be said again, with the reason."""


@dataclass(frozen=True)
class Difference:
    """One thing that is otherwise. Both texts may hold what agents wrote: untrusted."""

    what: What
    was: str
    now: str


@dataclass(frozen=True)
class Again:
    """One step, done again."""

    position: int
    kind: str
    name: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Rerun:
    """One run, done again; the first step is what is true of all of it."""

    steps: tuple[Again, ...]

    @property
    def differing(self) -> tuple[Again, ...]:
        """The steps of which something is otherwise."""
        return tuple(step for step in self.steps if step.differences)
