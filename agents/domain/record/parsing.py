"""A line of trajectories.jsonl as a record: steps sorted into turns, and what a run is scored by left where it is."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from agents.domain.record.record import Answer, Record, Said

Step = Mapping[str, Any]


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
    shared = ""
    for step in steps:
        match step["kind"]:
            case "assistant":
                text.append(step["content"])
            case "model":
                why.append(_reasoned(step))
            case "tool_call":
                # Calls made side by side have their reasoning in common.
                shared = _joined(why) or shared
                yield Said(_joined(text), shared, str(step["index"]), step["tool"], step["arguments"])
                text, why = [], []
            case "tool_result":
                shared = ""
            case "user":
                yield from _speech(text, why)
                text, why = [], []
                yield step["content"]
    yield from _speech(text, why)


def _speech(text: list[str], why: list[str]) -> Iterator[Said]:
    if text or why:
        yield Said(_joined(text), _joined(why))


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
