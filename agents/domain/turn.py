"""What goes into a model and what comes out: a conversation in, one turn out."""

from typing import Any, Literal

from pydantic import Field

from agents.domain.values import Value
from approvals.domain.evidence import Reasoning


class Line(Value):
    """One line of a run's history, oldest first. Untrusted whatever its role."""

    role: Literal["customer", "agent", "tool", "person"]
    """`person` spoke to the customer in the agent's place."""
    text: str
    """What was said; for `tool` the canonical JSON of the result."""
    name: str = ""
    """For `person`: who it was."""
    tool: str = ""
    """For `tool`: which tool answered. For `agent`: empty."""
    call_id: str = ""
    calls: tuple["ToolCall", ...] = ()
    """For `agent`: the calls this turn made."""
    status: Literal["", "worked", "failed", "refused", "unknown"] = ""
    """For `tool`: how the call ended. `refused` = the gate or a person stopped it; `text` says why."""


class ToolCall(Value):
    """One call a model asks for; a proposal, nothing more."""

    call_id: str
    tool: str
    arguments: dict[str, Any]


class Usage(Value):
    """What one model call used."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: str = "0"
    """Decimal as text."""


class Turn(Value):
    """One turn of an agent. With calls the run goes on with them; with text alone it speaks to the customer."""

    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    reasoning: Reasoning = Reasoning()
    is_final: bool = False
    """True when the agent says the request is done; the run then ends."""
    usage: Usage = Usage()


class ModelRequest(Value):
    """What the gateway is asked: who speaks, with which history and tools."""

    model: str
    """`provider:name`, e.g. `reactive:retail-agent`, `openai:gpt-x`, `scripted:`."""
    system: str
    history: tuple[Line, ...]
    tools: tuple[dict[str, Any], ...] = ()
    """Each `{name, description, parameters}`."""
    scenario: dict[str, Any] = Field(default_factory=dict)
    """Free data of a simulated provider; real providers ignore it, and no gate reads it."""
    inquiry: str = ""
    """What a reviewer asks about a call that waits; the answer is words, and calls in it are not made."""
    correction: str = ""
    """Why the last answer could not be used; empty the first time."""
    timeout_seconds: float = 30.0
    output_tokens: int | None = None
    """At most so many are said; None leaves it to the model."""
    turn: int = 0
    """How many turns this speaker has had in this run."""


Line.model_rebuild()
