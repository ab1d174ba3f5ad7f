"""At most twenty tools are offered, those that fit, and what was left out is told and kept."""

from typing import Any

import pytest

from agents.domain.agent import Agent
from agents.domain.turn import ModelRequest, Turn
from agents.engine import accepting
from agents.engine.turns import offering
from agents.llm import gateway
from agents.models import Step
from agents.tools import registry
from tests.engine import parcels
from tests.engine.mending import faulty

pytestmark = pytest.mark.django_db

MANY = tuple(f"thing_{number}" for number in range(24))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[ModelRequest]:
    """What the gateway was asked, where a model says that it is done."""
    found: list[ModelRequest] = []

    def complete(request: ModelRequest) -> Turn:
        found.append(request)
        return Turn(text="Done.", is_final=True)

    monkeypatch.setattr(gateway, "complete", complete)
    return found


def declare() -> None:
    """An agent with more tools than anybody can choose from."""
    faulty.declare()
    if registry.find_tool("thing_0") is not None:
        return
    for name in MANY:
        registry.tool(effect="read")(_named(name))
    registry.agent(
        Agent(name="many", version="1", model="scripted:", system="Help.", tools=(*MANY, "look_up", "ask_person"))
    )


def _named(name: str) -> Any:
    def tool(call: Any, *, n: int) -> str:
        return "fine"

    tool.__name__ = name
    tool.__doc__ = f"Do thing {name}."
    return tool


def spoken(message: str) -> Step:
    """A run of that agent whose customer says this."""
    declare()
    run = accepting.accept(agent="many", title="a talk", body={"message": message})
    parcels.work()
    return Step.objects.get(run=run)


def test_what_fits_and_the_way_to_a_person_are_offered(asked: list[ModelRequest]) -> None:
    step = spoken("Please look something up in thing_23")
    offered = [tool["name"] for tool in asked[0].tools]
    assert len(offered) == offering.MOST
    assert {"ask_person", "look_up", "thing_23"} <= set(offered)
    assert offered == [name for name in (*MANY, "look_up", "ask_person") if name in offered]
    left_out = [name for name in MANY if name not in offered]
    assert step.output is not None
    assert step.output["not_offered"] == left_out
    assert all(name in asked[0].system for name in left_out)
    assert "Of your 26 tools the 20" in asked[0].system


def test_few_tools_are_all_offered_and_nothing_is_said(asked: list[ModelRequest]) -> None:
    declare()
    faulty.declare_agents()
    run = faulty.speak(agent="speaker")
    parcels.work()
    assert [tool["name"] for tool in asked[0].tools] == ["look_up", "change"]
    assert asked[0].system == ""
    assert "not_offered" not in Step.objects.get(run=run).output  # type: ignore[operator]


def test_a_remote_model_and_a_price_are_kept_with_the_turn(
    asked: list[ModelRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "is_remote", lambda model: True)
    faulty.declare_agents()
    run = faulty.speak(agent="thrifty")
    parcels.work()
    output = Step.objects.get(run=run).output
    assert output is not None
    assert output["model"] == "scripted:"
    assert float(output["usage"]["cost_usd"]) > 0
