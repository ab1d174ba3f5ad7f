"""A plan: a DAG of steps. A conversational agent extends its own plan one turn at a time."""

from enum import StrEnum
from typing import Any

from pydantic import Field

from agents.domain.values import Value


class StepKind(StrEnum):
    """What one node of a plan does."""

    MODEL = "model"
    TOOL = "tool"
    CUSTOMER = "customer"
    """Waits for the end user's next message (a simulated customer answers at once)."""


class StepSpec(Value):
    """One node before it is stored."""

    name: str
    kind: StepKind
    after: tuple[int, ...] = ()
    """Indices in the same plan of the steps it waits for; always smaller than its own."""
    tool: str = ""
    call_id: str = ""
    """The model's own name for the call; made up for a planned one."""
    arguments: dict[str, Any] = Field(default_factory=dict)


class Plan(Value):
    """The first plan of a run."""

    steps: tuple[StepSpec, ...]
    is_conversational: bool = False
    """True when each model turn decides what comes next."""
