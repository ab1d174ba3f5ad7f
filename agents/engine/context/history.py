"""A run's history: what was said and done so far, read in one query."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple, cast
from uuid import UUID

from agents.domain.plan import StepKind
from agents.domain.run import StepStatus
from agents.domain.turn import Line, ToolCall
from agents.engine.queue.claiming import from_column
from agents.models import Run
from agents.tools import registry
from approvals.domain.evidence import Attempt, Bar, Message, Reasoning
from approvals.domain.tool import Effect, Reversibility
from approvals.gating.grounding import Index, Source, echo, marks
from approvals.models import rows

TOOL_STATUS = {
    StepStatus.SUCCEEDED: "worked",
    StepStatus.FAILED: "failed",
    StepStatus.REFUSED: "refused",
}


READ = """
SELECT id, key, position, kind, name, status, call, output, started_at, ended_at, after
FROM agents_step WHERE run_id = %s ORDER BY position
"""


class Node(NamedTuple):
    """One step of a run, as far as it matters to what comes after it."""

    id: int
    key: UUID
    position: int
    kind: StepKind
    name: str
    status: StepStatus
    call: dict[str, Any] | None
    output: dict[str, Any] | None
    started_at: datetime | None
    ended_at: datetime | None
    after: tuple[int, ...] = ()


@dataclass(frozen=True)
class Past:
    """The ended steps of a run, oldest first, what is still planned, and the run with its request."""

    run: Run
    steps: tuple[Node, ...]
    planned: tuple[Node, ...] = ()
    is_alone: bool = False
    """No other step of the run was alive when this one was claimed: until it ends nobody else moves the run."""

    def grown(self, ended: Node, *, started: Collection[int], planned: tuple[Node, ...] = ()) -> "Past":
        """What is past once a step has ended and those of the ids in `started` have begun, alone as it was.

        `planned` are the nodes that were added to the plan when it ended.
        """
        planned = tuple(node for node in (*self.planned, *planned) if node.id not in started)
        return replace(self, steps=(*self.steps, ended), planned=planned)

    def lines(self) -> tuple[Line, ...]:
        """The conversation as a model reads it."""
        message = self.run.request.body.get("message")
        first = (Line(role="customer", text=str(message)),) if message else ()
        return first + tuple(_in_order(self.steps))

    def turns(self, kind: StepKind) -> int:
        """How many turns a speaker has had."""
        return sum(step.kind == kind for step in self.steps)

    def seen(self) -> Index:
        """All text the agent could have taken a value from."""
        index = Index()
        for line in self.lines():
            if line.role == "customer":
                index.add(Source(kind="user", name="customer", text=line.text))
            elif line.role == "tool" and line.status == "refused" and line.text.startswith("answered: "):
                # A person's answer: the next proposal may use it as the user's own word.
                index.add(Source(kind="user", name="a person", text=line.text))
            elif line.role == "person":
                index.add(Source(kind="user", name="a person", text=line.text))
        for step in self.steps:
            if note := (step.output or {}).get("note"):
                index.add(Source(kind="user", name="a person", text=str(note)))
            if step.kind == StepKind.TOOL and step.status == StepStatus.SUCCEEDED:
                index.add(_returned(step))
                index.pass_on(_passed(step))
        return index

    def conversation(self) -> tuple[Message, ...]:
        """What customer and agent said, and who spoke in the agent's place, for people."""
        first = str(self.run.request.body.get("message") or "")
        said = [Message(role="customer", at=_at(self.run.created_at), text=first)] if first else []
        for step in self.steps:
            said += [Message.model_validate_json(json.dumps(line)) for line in (step.output or {}).get("said", ())]
            text = (step.output or {}).get("text", "")
            if text and step.kind != StepKind.TOOL:
                role = "customer" if step.kind == StepKind.CUSTOMER else "agent"
                said.append(Message(role=cast(Any, role), at=_at(step.ended_at), text=text))
        return tuple(said)

    def attempts(self) -> tuple[Attempt, ...]:
        """The calls of this run so far, with how each ended."""
        return tuple(
            Attempt(
                tool=step.name,
                outcome=cast(Any, TOOL_STATUS.get(step.status, "unknown")),
                detail=_text(step)[:300],
                seconds=_seconds(step),
            )
            for step in self.steps
            if step.kind == StepKind.TOOL
        )

    def trace(self) -> tuple[Bar, ...]:
        """One bar a step, in milliseconds from the start of the run."""
        begin = self.run.created_at
        return tuple(
            Bar(
                label=step.name,
                start_ms=_ms(step.started_at, begin),
                end_ms=_ms(step.ended_at, begin),
                kind="tool" if step.kind == StepKind.TOOL else "model",
                failed=step.status == StepStatus.FAILED,
            )
            for step in self.steps
            if step.started_at and step.ended_at
        )

    def reasoning(self) -> Reasoning:
        """The reasoning block of the latest model turn."""
        for step in reversed(self.steps):
            if step.kind == StepKind.MODEL and step.output:
                return Reasoning.model_validate_json(json.dumps(step.output.get("reasoning", {})))
        return Reasoning()


def read(run: Run, *, held_id: int = 0) -> Past:
    """Read what has ended so far and what is planned; `held_id` is the step of who asks."""
    nodes = nodes_of(run)
    ended = tuple(node for node in nodes if node.ended_at is not None)
    planned = tuple(node for node in nodes if node.status is StepStatus.PENDING)
    alive = [node for node in nodes if node.ended_at is None and node.status is not StepStatus.PENDING]
    return Past(run, ended, planned, is_alone=[node.id for node in alive] == [held_id])


def nodes_of(run: Run) -> tuple[Node, ...]:
    """All steps of a run as they stand, by their place."""
    return tuple(_node(row) for row in rows.fetch(READ, [run.pk]))


def _node(row: Sequence[Any]) -> Node:
    step_id, key, position, kind, name, status, call, output, started_at, ended_at, after = row
    return Node(
        step_id,
        key,
        position,
        StepKind(kind),
        name,
        StepStatus(status),
        from_column(call),
        from_column(output),
        started_at,
        ended_at,
        tuple(after),
    )


def _in_order(steps: Iterable[Node]) -> Iterator[Line]:
    """Lines as they were said; what was said in a handoff comes behind all answers of its turn."""
    meanwhile: list[Line] = []
    for step in steps:
        if step.kind is not StepKind.TOOL:
            yield from meanwhile
            meanwhile = []
        yield from _lines(step)
        meanwhile += (
            Line(role=said["role"], text=said["text"], name=said["name"])
            for said in (step.output or {}).get("said", ())
        )
    yield from meanwhile


def _lines(step: Node) -> tuple[Line, ...]:
    output = step.output or {}
    match step.kind:
        case StepKind.CUSTOMER:
            return (Line(role="customer", text=output.get("text", "")),)
        case StepKind.MODEL:
            calls = tuple(ToolCall.model_validate_json(json.dumps(call)) for call in output.get("calls", []))
            return (Line(role="agent", text=output.get("text", ""), calls=calls),)
        case StepKind.TOOL:
            status = TOOL_STATUS.get(step.status, "unknown")
            call_id = (step.call or {}).get("call_id", "")
            # What came from somewhere else than the tool says so first; the words are ours.
            text = f"{said}: {_text(step)}" if (said := output.get("fallback")) else _text(step)
            return (Line(role="tool", text=text, tool=step.name, call_id=call_id, status=cast(Any, status)),)


def _returned(step: Node) -> Source:
    """What a tool gave back, and how far it is to be trusted."""
    output = step.output or {}
    card = registry.card_of(step.name)
    trust = card.returns
    given = output.get("ran") or (step.call or {}).get("arguments") or {}
    return Source(
        kind="tool" if trust == "trusted" else "untrusted_tool",
        name=step.name,
        text=_text(step),
        is_structured=trust == "records" or not isinstance(output.get("result"), str),
        echoed=echo(given),
        is_read=card.effect is Effect.READ,
        is_outside=card.egress,
    )


def _passed(step: Node) -> Iterator[str]:
    """What steered a write that went through the gate and worked, as it ran."""
    output, card = step.output or {}, registry.card_of(step.name)
    if "result" not in output or card.effect is Effect.READ:
        return
    ran = output.get("ran") or (step.call or {}).get("arguments") or {}
    # Where an effect can be taken back the rules may not have asked about more than addresses.
    is_light = card.reversibility is Reversibility.REVERSIBLE
    yield from marks(ran, card.parameters, only_addresses=is_light)


def _text(step: Node) -> str:
    """What a tool step gave back, as the model reads it."""
    output = step.output or {}
    if "result" in output:
        result = output["result"]
        return result if isinstance(result, str) else json.dumps(result, ensure_ascii=False)
    return str(output.get("text", ""))


def _at(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


def _seconds(step: Node) -> float:
    if not step.started_at or not step.ended_at:
        return 0.0
    return round((step.ended_at - step.started_at).total_seconds(), 3)


def _ms(moment: datetime | None, begin: datetime) -> int:
    return max(0, int((moment - begin).total_seconds() * 1000)) if moment else 0
