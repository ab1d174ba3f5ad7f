"""What an agent elsewhere sends about one action; every word of it is the agent's own, of the lowest trust."""

import json
from collections import deque
from hashlib import sha256
from typing import Any, Literal

import rfc8785
from pydantic import ConfigDict, Field, ValidationError
from pydantic.config import JsonDict

from approvals.domain.action import Action, action
from approvals.domain.errors import BadAction
from approvals.domain.redaction import redact_json
from approvals.domain.values import Value
from approvals.gating import schema
from approvals.outside.actions.errors import BadSubmission

NAME = r"^[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,99}$"


class DeclaredTool(Value):
    """The tool as the agent declares it; what it does to the world counts only once admins have classified it."""

    name: str = Field(pattern=NAME, description="As the agent calls it.")
    version: str = Field(default="1", pattern=NAME, description="Changes when the tool does.")
    description: str = Field(default="", max_length=2_000, description="Shown to people as the agent's own words.")
    parameters: dict[str, Any] = Field(
        default_factory=lambda: {"type": "object"}, description="JSON Schema (2020-12) of the arguments."
    )


class Turn(Value):
    """One turn of the conversation before the action, oldest first."""

    role: Literal["user", "agent"]
    text: str = Field(max_length=20_000)
    at: str = Field(default="", max_length=40, description="When, ISO 8601.")


class ToolResult(Value):
    """What a tool had returned before the action: where values of it may come from."""

    tool: str = Field(pattern=NAME)
    text: str = Field(max_length=50_000, description="As it came, JSON or text.")


class OtherWay(Value):
    """Another way the agent considered."""

    name: str = Field(max_length=200)
    why_not: str = Field(max_length=2_000)


class StatedReasoning(Value):
    """Why the agent wants this; its own words and its own confidence."""

    needed: str = Field(default="", max_length=4_000)
    why: str = Field(default="", max_length=8_000)
    alternatives: list[OtherWay] = Field(default_factory=list, max_length=10)
    tool_choice: float | None = Field(default=None, ge=0, le=1, description="How sure it is of the tool, 0 to 1.")
    arguments: float | None = Field(default=None, ge=0, le=1, description="How sure it is of the arguments, 0 to 1.")


EXAMPLE: JsonDict = {
    "tool": {
        "name": "refund",
        "description": "Pay an order back.",
        "parameters": {
            "type": "object",
            "properties": {"order_id": {"type": "string"}, "amount": {"type": "number"}},
            "required": ["order_id", "amount"],
        },
    },
    "arguments": {"order_id": "W8379216", "amount": 164.28},
    "reasoning": {"why": "The order came twice."},
    "conversation": [{"role": "user", "text": "I was charged twice for W8379216."}],
}


class Submission(Value):
    """One action, as it is asked."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    tool: DeclaredTool
    arguments: dict[str, Any] = Field(description="These exact values are judged, shown and granted.")
    agent_version: str = Field(default="1", pattern=NAME, description="A new major part begins a new epoch.")
    run: str = Field(default="", max_length=200, description="Your own name of the work it belongs to.")
    session: str = Field(default="", max_length=200, description="Your own name of the conversation it belongs to.")
    reasoning: StatedReasoning = StatedReasoning()
    conversation: list[Turn] = Field(default_factory=list, max_length=200)
    results: list[ToolResult] = Field(default_factory=list, max_length=100)

    def action(self) -> Action:
        """The call as canonical bytes; raises BadSubmission for what cannot be said or checked."""
        try:
            # Whoever declares a schema also sends what is checked against it; what fits is said by the gate.
            deque(schema.misfits(self.tool.parameters, self.arguments), maxlen=0)
        except schema.Unusable as error:
            raise BadSubmission(f"parameters: {error}") from error
        try:
            return action(self.tool.name, self.tool.version, self.arguments)
        except BadAction as error:
            raise BadSubmission(f"arguments: {error.detail}") from error

    def digest(self) -> bytes:
        """SHA-256 of all that was sent."""
        return sha256(_canonical(self.model_dump(mode="json"))).digest()

    def kept(self) -> bytes:
        """What is stored beside the arguments, which the verdict keeps: secrets in its texts are redacted."""
        said = self.model_dump(mode="json", exclude={"arguments", "run", "session"})
        said["tool"]["description"] = redact_json(self.tool.description)
        for name in ("reasoning", "conversation"):
            said[name] = redact_json(said[name])
        said["results"] = [{"tool": one.tool, "text": redact_json(one.text)} for one in self.results]
        return _canonical(said)

    def declared(self) -> bytes:
        """The declared schema as canonical bytes."""
        return _canonical(self.tool.parameters)


def recalled(document: bytes, arguments: dict[str, Any]) -> Submission:
    """What was sent, from what is stored of it; without its words where redacting made them unreadable."""
    said = json.loads(document)
    try:
        return Submission.model_validate_json(json.dumps({**said, "arguments": arguments}))
    except ValidationError:
        return Submission(tool=DeclaredTool(**said["tool"]), arguments=arguments)


def _canonical(document: Any) -> bytes:
    try:
        return rfc8785.dumps(document)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise BadSubmission(str(error)) from error
