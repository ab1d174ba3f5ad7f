"""A recorded run: what an agent and a customer said and what tools answered, without anything it is scored by."""

import gzip
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from agents.domain.errors import AgentError

FOLDER = "SIGNALBOX_REPLAY_DIR"
"""Names the folder of recorded runs that a process reads."""
USUAL = Path(__file__).resolve().parents[3] / "shared" / "replay"
RUNS = "trajectories.jsonl"

Step = Mapping[str, Any]


class NoRecord(AgentError):
    """The recorded data is not where it should be."""

    code = "no_record"


@dataclass(frozen=True)
class Said:
    """One turn of the recorded agent: words, reasoning and at most one call."""

    text: str = ""
    why: str = ""
    call_id: str = ""
    """The index of the call in the record, as text; empty for a turn without one."""
    tool: str = ""
    """As recorded, without the name of a domain."""
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What a recorded tool answered: a text, and the error when it was one."""

    result: Any
    error: str | None


@dataclass(frozen=True)
class Record:
    """One recorded run in the turns of the engine.

    The customer begins; after a turn with a call the agent speaks again, after one without the customer does. What
    somebody said in several steps is one turn, and who had nothing to say has a silent one. Calls that were made side
    by side are made one after the other, in the order of the record: otherwise what the gate has seen when it judges
    the second would depend on which worker was faster.
    """

    line: int
    id: str
    source: str
    domain: str
    task_id: str
    agent: tuple[Said, ...]
    customer: tuple[str, ...]
    answers: Mapping[str, Answer]
    """By `call_id`; a call whose answer was never recorded is missing."""

    @property
    def calls(self) -> tuple[Said, ...]:
        """The turns that call a tool."""
        return tuple(said for said in self.agent if said.call_id)

    def is_last(self, turn: int) -> bool:
        """Whether nobody says anything after this turn of the agent."""
        spoken = sum(not said.call_id for said in self.agent)
        return turn + 1 >= len(self.agent) and spoken >= len(self.customer)


def folder() -> Path:
    """The folder of recorded runs: what SIGNALBOX_REPLAY_DIR names, else the one beside the clone."""
    return Path(os.environ.get(FOLDER) or USUAL)


def find(place: Path, name: str) -> Path:
    """A file or folder of recorded data; what the place lacks is taken from the folder beside the clone.

    So a folder of other runs need not repeat what tools and worlds there are. Raises NoRecord.
    """
    found = _inside(place, name) or _inside(USUAL, name)
    if found is None:
        raise NoRecord(f"There is no {place / name}.")
    return found


def _inside(place: Path, name: str) -> Path | None:
    candidates = (place / f"{name}.gz", place / name)
    return next((candidate for candidate in candidates if candidate.exists()), None)


def lines_of(path: Path) -> list[bytes]:
    """The lines of a text file, compressed or not."""
    content = path.read_bytes()
    return (gzip.decompress(content) if path.suffix == ".gz" else content).splitlines()


def read_all(place: Path) -> list[Record]:
    """Every recorded run of a folder, in the order of its file; raises NoRecord."""
    return [parse(text, line=number) for number, text in enumerate(_runs(place))]


@lru_cache(maxsize=512)
def read(place: Path, line: int, identity: str) -> Record:
    """One recorded run, in place; raises NoRecord when something else stands in that line now."""
    runs = _runs(place)
    found = parse(runs[line], line=line) if 0 <= line < len(runs) else None
    if found is None or found.id != identity:
        raise NoRecord(f"{identity} is not in line {line + 1} of {place / RUNS}.")
    return found


@cache
def _runs(place: Path) -> list[bytes]:
    path = _inside(place, RUNS)
    if path is None:
        raise NoRecord(f"There is no {place / RUNS}.gz.")
    return lines_of(path)


def parse(text: bytes, *, line: int = 0) -> Record:
    """Read one line of trajectories.jsonl; `outcome` and `user_goal` are left where they are."""
    found = json.loads(text)
    agent, customer = _turns(_moments(found["steps"]))
    return Record(
        line=line,
        id=found["id"],
        source=found["source"],
        domain=found["domain"],
        task_id=found["task_id"],
        agent=agent,
        customer=customer,
        answers=_answers(found["steps"]),
    )


def _moments(steps: Iterable[Step]) -> Iterator[str | Said]:
    """What the customer said as text, what the agent did as turns; its steps up to a call are one of them."""
    text: list[str] = []
    why: list[str] = []
    for step in steps:
        match step["kind"]:
            case "assistant":
                text.append(step["content"])
            case "model":
                why.append(_reasoned(step))
            case "tool_call":
                yield _call(step, text, why)
                text = []  # The reasoning stays: calls made side by side have it in common.
            case "tool_result":
                why = []
            case "user":
                if text or why:
                    yield Said(_joined(text), _joined(why))
                text, why = [], []
                yield step["content"]
    if text or why:
        yield Said(_joined(text), _joined(why))


def _call(step: Step, text: list[str], why: list[str]) -> Said:
    return Said(_joined(text), _joined(why), str(step["index"]), step["tool"], step["arguments"])


def _reasoned(step: Step) -> str:
    return f"({step['via']}) {step['content']}" if step.get("via") else str(step["content"])


def _joined(parts: list[str]) -> str:
    return "\n\n".join(part for part in parts if part)


def _turns(moments: Iterable[str | Said]) -> tuple[tuple[Said, ...], tuple[str, ...]]:
    """Both speakers' turns, in an order in which the engine lets them speak."""
    agent: list[Said] = []
    customer: list[str] = []
    is_agents, was_customer = False, False
    for moment in moments:
        if isinstance(moment, Said):
            if not is_agents:
                customer.append("")
            agent.append(moment)
            is_agents, was_customer = bool(moment.call_id), False
        elif was_customer:
            customer[-1] += f"\n\n{moment}"
        else:
            if is_agents:
                agent.append(Said())
            customer.append(moment)
            is_agents, was_customer = True, True
    return tuple(agent), tuple(customer)


def _answers(steps: Iterable[Step]) -> dict[str, Answer]:
    """Answers by the index of the call; an id that is used again belongs to the call that used it last."""
    asked: dict[str, str] = {}
    answers: dict[str, Answer] = {}
    for step in steps:
        if step["kind"] == "tool_call":
            asked[step["call_id"]] = str(step["index"])
        elif step["kind"] == "tool_result" and step["call_id"] in asked:
            answers[asked[step["call_id"]]] = Answer(step["result"], step.get("error"))
    return answers
