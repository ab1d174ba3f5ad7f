"""What a declaration says of time, of other ways and of who is spoken to."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from agents.domain.errors import BadDeclaration
from agents.domain.plan import StepKind
from agents.domain.run import StepStatus
from agents.domain.tool import Call
from agents.domain.turn import ToolCall, Turn
from agents.engine import recovering
from agents.engine.context import history
from agents.engine.context.history import Node, Past
from agents.engine.turns import stopping
from agents.models import Run, Step
from agents.tools import calling, registry
from approvals.gating import halting
from approvals.models.halt import HaltScope
from tests import cast
from tests.engine import parcels
from tests.engine.mending import faulty

pytestmark = pytest.mark.django_db

AGAIN = Turn(calls=(ToolCall(call_id="c", tool="look_up", arguments={"n": 1}),))


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Declare a tool for one test."""
    monkeypatch.setattr(registry, "_tools", dict(registry._tools))

    def declare(**declaration: Any) -> Any:
        def made_up(call: Call, *, n: int) -> str:
            """Do something."""
            return "done"

        registry.tool(**declaration)(made_up)
        return registry.find_tool("made_up")

    return declare


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ({}, 60.0),
        ({"calls": "database"}, 0.15),
        ({"calls": "search"}, 2.0),
        ({"calls": "code"}, 5.0),
        ({"calls": "api"}, 1.5),
        ({"calls": "api", "timeout_seconds": 9.0}, 9.0),
    ],
    ids=["nothing", "database", "search", "code", "api", "a time of its own"],
)
def test_a_tool_has_the_time_of_its_class(declared: Any, said: dict[str, Any], seconds: float) -> None:
    assert declared(effect="read", **said).timeout_seconds == seconds


def test_a_write_has_no_other_way(declared: Any) -> None:
    with pytest.raises(BadDeclaration, match="another way to do it is another call"):
        declared(effect="write", title="Do {n}", fallback=faulty.kept)


def test_a_read_can_be_repeated_unless_it_says_otherwise(declared: Any) -> None:
    assert declared(effect="read").card.effect_class == "B"


def test_no_fallback_begins_after_a_halt(monkeypatch: pytest.MonkeyPatch) -> None:
    recalled: list[int] = []
    tool = registry.find_tool("look_up_or_recall")
    assert tool is not None
    monkeypatch.setitem(registry._tools, tool.card.name, with_fallback(tool, recalled))
    faulty.submit("look_up_or_recall")
    begun = parcels.begin()
    assert begun.operation is not None
    halting.halt(scope=HaltScope.EVERYTHING, by=cast.ada(), reason="test")
    past = history.read(begun.held.run, held_id=begun.held.id)
    call = calling.call_of(begun.operation, run_key=past.run.key, session_key="", call_id="c")
    recovering.unread(begun.held, begun.operation, past, call, why="it did not answer")
    assert recalled == []
    assert Step.objects.get().status == "failed"


def with_fallback(tool: Any, recalled: list[int]) -> Any:
    """The same tool, whose fallback is seen."""

    def fallback(_call: Call, *, n: int) -> str:
        recalled.append(n)
        return "kept"

    return replace(tool, fallback=fallback)


def node(kind: StepKind, **more: Any) -> Node:
    """One step that has ended."""
    values: dict[str, Any] = {"call": None, "output": {}, "started_at": None, "ended_at": None, **more}
    return Node(1, uuid4(), 1, kind, "look_up", StepStatus.SUCCEEDED, **values)


def test_what_the_user_says_makes_the_same_call_a_new_one() -> None:
    looked = node(StepKind.TOOL, call={"tool": "look_up", "arguments": {"n": 1}})
    agent = registry.find_agent("speaker")
    assert stopping.repeats(Past(Run(), (looked,)), agent, AGAIN)
    assert not stopping.repeats(Past(Run(), (looked, node(StepKind.CUSTOMER))), agent, AGAIN)
