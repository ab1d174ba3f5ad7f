"""Our retail tools against the recorded ones, which nobody here wrote: call by call, result by result."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from agents.domain.record import Answer, Record
from agents.domain.run import StepStatus
from console.management.replay.scoring.figures import share

_ASSIGNED = re.compile(r"# var_\d+ = ")
"""Some recorded agents keep results in variables, and their tools said so."""
_ERROR = re.compile(r"error:\s*", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Ending:
    """How a call ended: with a value, or with an error known by its class."""

    value: Any = None
    error: str = ""

    @property
    def named(self) -> str:
        """In a few words."""
        return f"error: {self.error}" if self.error else "a result"


NEVER = Ending(error="it was never called")


def recorded(answer: Answer) -> Ending:
    """What a recorded answer means: JSON where it is some, an error where the text begins with that word."""
    text = _ASSIGNED.sub("", str(answer.result), count=1)
    try:
        value = json.loads(text, parse_float=_settled)
    except ValueError:
        value = text
    if isinstance(value, str) and _ERROR.match(value):
        return Ending(error=class_of(value))
    return Ending(value=value) if answer.error is None else Ending(error=class_of(answer.error))


def ours(status: str, output: Mapping[str, Any]) -> Ending:
    """What our own step means; one the gate or a person stopped is an error of that name."""
    match StepStatus(status):
        case StepStatus.SUCCEEDED:
            return Ending(value=json.loads(json.dumps(output["result"]), parse_float=_settled))
        case StepStatus.FAILED:
            return Ending(error=class_of(str(output.get("text"))))
        case _:
            return Ending(error=class_of(str(output.get("text")).partition(":")[0]))


def _settled(number: str) -> float:
    """The recorded shop adds floats and shows 0.3499999999999943; ours counts cents. They are the same money."""
    return round(float(number), 6)


def class_of(text: str) -> str:
    """An error without its particulars: `new item # not found or available`."""
    return _NUMBER.sub("#", _ERROR.sub("", text, count=1)).strip().rstrip(".").lower()


def difference(theirs: Ending, mine: Ending) -> str:
    """The name of what differs; empty when the two are equivalent."""
    if theirs == mine:
        return ""
    if theirs.error or mine.error:
        return f"recorded {theirs.named}, ours {mine.named}"
    return f"another value: {', '.join(_paths(theirs.value, mine.value))}"


def _paths(theirs: Any, mine: Any, path: str = "") -> list[str]:
    """Where two values differ, list places left out."""
    if isinstance(theirs, dict) and isinstance(mine, dict):
        names = sorted({*theirs, *mine})
        found = [part for name in names for part in _paths(theirs.get(name), mine.get(name), f"{path}.{name}")]
        return list(dict.fromkeys(found))
    if isinstance(theirs, list) and isinstance(mine, list) and len(theirs) == len(mine):
        pairs = zip(theirs, mine, strict=True)
        return list(dict.fromkeys(part for one, other in pairs for part in _paths(one, other, path)))
    return [] if theirs == mine else [path.lstrip(".") or "all of it"]


def table(pairs: Iterable[tuple[Record, Mapping[str, Ending]]]) -> dict[str, Any]:
    """Calls, equal ones, their share and the differences by name: of all tools, and of each."""
    calls: Counter[str] = Counter()
    differences: dict[str, Counter[str]] = defaultdict(Counter)
    for found, endings in pairs:
        for said in found.calls:
            answer = found.answers.get(said.call_id)
            if answer is not None:
                calls[said.tool] += 1
                differences[said.tool][difference(recorded(answer), endings.get(said.call_id, NEVER))] += 1
    by_tool = {tool: _row(count, differences[tool]) for tool, count in sorted(calls.items())}
    return {**_row(calls.total(), sum(differences.values(), Counter())), "by_tool": by_tool}


def _row(calls: int, differences: Counter[str]) -> dict[str, Any]:
    named = {name: count for name, count in differences.most_common() if name}
    equal = differences[""]
    return {"calls": calls, "equal": equal, "share": share(equal, calls), "differences": named}
