"""The benchmark's tasks: what a customer wants, and the calls that would settle it."""

import gzip
import json
from functools import cache
from typing import Any

from agents.domain.values import Value
from agents.tools.samples.retail import DATA

_EFFECTS = ("cancel_", "exchange_", "modify_", "return_", "transfer_")


class ReferenceAction(Value):
    """One call of the reference solution."""

    name: str
    arguments: dict[str, Any]

    @property
    def is_write(self) -> bool:
        """Whether it changes the shop or calls a person."""
        return self.name.startswith(_EFFECTS)


class Task(Value):
    """One task as the benchmark states it."""

    task_id: str
    instructions: dict[str, str]
    """The customer's script: `task_instructions`, `domain`, `reason_for_call`, `known_info`, `unknown_info`."""
    actions: tuple[ReferenceAction, ...]

    @property
    def has_write(self) -> bool:
        """Whether settling it takes more than looking."""
        return any(action.is_write for action in self.actions)

    @property
    def customer(self) -> str:
        """User id of the customer who calls, as far as the reference solution shows it; else empty."""
        for action in self.actions:
            order = shop()["orders"].get(action.arguments.get("order_id"), {})
            if user_id := action.arguments.get("user_id") or order.get("user_id"):
                return str(user_id)
        return ""


@cache
def tasks() -> tuple[Task, ...]:
    """All tasks in the benchmark's order."""
    return tuple(_task(document) for document in _read("tasks.json.gz"))


@cache
def shop() -> dict[str, Any]:
    """The shared world as its file has it: `orders`, `products` and `users` by id. Not to be changed."""
    documents: dict[str, Any] = _read("db.json.gz")
    return documents


def _read(name: str) -> Any:
    return json.loads(gzip.decompress((DATA / name).read_bytes()))


def _task(document: dict[str, Any]) -> Task:
    script = document["user_scenario"]["instructions"]
    actions = document["evaluation_criteria"]["actions"]
    return Task(
        task_id=document["id"],
        instructions={name: text or "" for name, text in script.items()},
        actions=tuple(ReferenceAction(name=each["name"], arguments=each["arguments"]) for each in actions),
    )
