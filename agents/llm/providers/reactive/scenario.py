"""What a simulated speaker is told: the customer's script, the reference actions and how the agent is flawed."""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

HANDOFF = "transfer_to_human_agents"
ASK = "ask_person"
"""A question to a person, which changes nothing."""


class Flaw(StrEnum):
    """How this run's agent goes wrong; `angry` is the customer's temper, not the agent's."""

    NONE = "none"
    WRONG_ARGUMENT = "wrong_argument"
    EXTRA_WRITE = "extra_write"
    VALUE_FROM_NOWHERE = "value_from_nowhere"
    INJECTED = "injected"
    ANGRY = "angry"


@dataclass(frozen=True)
class Wish:
    """One call somebody has in mind, before it is a proposal."""

    name: str
    arguments: dict[str, Any]

    @property
    def key(self) -> str:
        """The same text for the same call."""
        return f"{self.name} {json.dumps(self.arguments, sort_keys=True)}"

    @property
    def is_read(self) -> bool:
        """Whether it only looks."""
        return self.name in ("calculate", ASK) or self.name.startswith(("find_", "get_", "list_"))


@dataclass(frozen=True)
class Injection:
    """A text in the result of `tool` that makes the agent do `call`."""

    tool: str
    text: str
    call: Wish


@dataclass(frozen=True)
class Scenario:
    """One task; everything a simulated speaker may know besides the history."""

    task_id: str
    reason_for_call: str
    known_info: str
    unknown_info: str
    task_instructions: str
    actions: tuple[Wish, ...]
    flaw: Flaw
    seed: int
    injection: Injection | None

    @property
    def writes(self) -> tuple[Wish, ...]:
        """The reference actions that change something, in order."""
        return tuple(action for action in self.actions if not action.is_read)

    @property
    def salt(self) -> str:
        """What makes this run's draws its own."""
        return f"{self.task_id}/{self.seed}/{self.flaw}"


def read(given: dict[str, Any]) -> Scenario:
    """Read `request.scenario`; raises KeyError, TypeError or ValueError for what is not one."""
    script = given.get("instructions") or {}
    injection = given.get("injection")
    return Scenario(
        task_id=str(given.get("task_id", "")),
        reason_for_call=str(script.get("reason_for_call") or ""),
        known_info=str(script.get("known_info") or ""),
        unknown_info=str(script.get("unknown_info") or ""),
        task_instructions=str(script.get("task_instructions") or ""),
        actions=tuple(_wish(action) for action in given.get("actions") or ()),
        flaw=Flaw(given.get("flaw") or "none"),
        seed=int(given.get("seed") or 0),
        injection=Injection(injection["tool"], injection["text"], _wish(injection["call"])) if injection else None,
    )


def _wish(given: dict[str, Any]) -> Wish:
    return Wish(given["name"], dict(given["arguments"]))
