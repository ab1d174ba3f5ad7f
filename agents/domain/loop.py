"""Loops: what a run that would never end looks like, read from the calls it made. Pure, and judged at each turn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

MOST_REFUSALS = 5
"""So many calls the rules refused; whoever goes on is looking for a hole."""
MOST_ATTEMPTS = 2
"""So often one call may be refused, by the rules or a person; the next attempt is one too many."""
MOST_FAILURES = 3
"""So often in a row one call may fail before trying it again is repetition."""


@dataclass(frozen=True)
class Made:
    """A call as far as it matters here; the latest is last in every sequence of them."""

    tool: str
    arguments: Mapping[str, Any]
    is_refused: bool = False
    """By a person or the rules."""
    is_against_rules: bool = False
    has_failed: bool = False

    def is_as(self, other: "Made") -> bool:
        """The same tool with the same arguments (1 and 1.0 are the same, as in canonical JSON)."""
        return self.tool == other.tool and dict(self.arguments) == dict(other.arguments)


def repetition(made: Sequence[Made], proposed: Sequence[Made]) -> str:
    """Why these calls lead nowhere after those of the same message of the user; empty when they may lead somewhere."""
    seen = list(made)
    for call in proposed:
        for found in (_twice(seen, call), _alternating(seen, call), _growing(seen, call)):
            if found:
                return found
        seen.append(call)
    return ""


def danger(made: Sequence[Made], proposed: Sequence[Made]) -> str:
    """Why a run has to end that made these calls and now proposes those; empty when it may go on."""
    against = sum(call.is_against_rules for call in made)
    if against >= MOST_REFUSALS and proposed:
        return f"{against} calls of this run were against the rules"
    for call in proposed:
        attempts = sum(other.is_refused and call.is_as(other) for other in made)
        if attempts >= MOST_ATTEMPTS:
            return f"{call.tool} was refused {attempts} times with the same arguments, and is asked for again"
    return ""


def _twice(seen: Sequence[Made], call: Made) -> str:
    if not seen or not call.is_as(seen[-1]):
        return ""
    same = 0
    for other in reversed(seen):
        if not other.has_failed or not call.is_as(other):
            break
        same += 1
    if seen[-1].has_failed and same < MOST_FAILURES:
        return ""
    return f"{call.tool} is called again with the same arguments"


def _alternating(seen: Sequence[Made], call: Made) -> str:
    if len(seen) < 3:
        return ""
    first, second, third = seen[-3:]
    if third.is_as(first) and call.is_as(second) and not call.is_as(third):
        return f"{first.tool} and {call.tool} are called in turns with the same arguments"
    return ""


def _growing(seen: Sequence[Made], call: Made) -> str:
    last = [*seen[-2:], call]
    if len(last) == 3 and all(_grown(old, new) for old, new in pairwise(last)):
        return f"{call.tool} is called with arguments that only grow"
    return ""


def _grown(old: Made, new: Made) -> bool:
    """The same call, but for at least one text or list that begins as before and goes on."""
    if old.tool != new.tool or old.arguments.keys() != new.arguments.keys():
        return False
    changed = [name for name, value in new.arguments.items() if value != old.arguments[name]]
    return bool(changed) and all(_extends(old.arguments[name], new.arguments[name]) for name in changed)


def _extends(old: Any, new: Any) -> bool:
    if isinstance(old, str) and isinstance(new, str):
        return bool(old) and new.startswith(old)
    return isinstance(old, list) and isinstance(new, list) and bool(old) and new[: len(old)] == old
