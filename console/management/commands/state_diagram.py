"""Print the state machines as mermaid, from the dicts that rule them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.core.management.base import BaseCommand

from agents.domain.run import RUN_MOVES, STEP_MOVES
from approvals.domain.escalation import MOVES


class Command(BaseCommand):
    """The README holds what this prints; a test compares them."""

    help = "Prints the states of escalations, runs and steps as mermaid diagrams."

    def handle(self, *_: Any, **__: Any) -> None:
        """One diagram after the other."""
        self.stdout.write(diagrams())


def diagrams() -> str:
    """All diagrams as Markdown."""
    machines: dict[str, Mapping[Any, frozenset[Any]]] = {"Escalation": MOVES, "Run": RUN_MOVES, "Step": STEP_MOVES}
    return "\n\n".join(f"**{name}**\n\n{mermaid(moves)}" for name, moves in machines.items())


def mermaid(moves: Mapping[Any, frozenset[Any]]) -> str:
    """One machine: an arrow for each legal move, ends marked."""
    states: list[StrEnum] = list(moves)
    lines = ["```mermaid", "stateDiagram-v2", f"  [*] --> {states[0]}"]
    for before in states:
        lines += [f"  {before} --> {after}" for after in states if after in moves[before]]
        lines += [f"  {before} --> [*]"] if not moves[before] else []
    return "\n".join([*lines, "```"])
