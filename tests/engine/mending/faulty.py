"""Tools and models that fail as a test tells them to, and agents that call them."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models.functions import Now

from agents.domain.agent import Agent
from agents.domain.budget import Budget, Purse
from agents.domain.errors import OutcomeUnknown, Refusal, Unavailable
from agents.domain.plan import Plan, StepKind, StepSpec
from agents.domain.tool import Call
from agents.engine import accepting, working
from agents.models import Letter, Run, Step
from agents.tools import registry
from tests.engine import parcels

answers: list[Any] = []
"""What the next calls come to, in order: a value is returned, an exception raised; empty means "fine"."""
asked: list[str] = []
"""The operation keys of the calls that were made."""
FAILURES: dict[str, Callable[[], Exception]] = {
    "unknown": lambda: OutcomeUnknown("the connection broke."),
    "unavailable": lambda: Unavailable("HTTP 503"),
    "told to wait": lambda: Unavailable("HTTP 429", retry_after_seconds=20),
    "refused": lambda: Refusal("HTTP 400"),
    "odd": ZeroDivisionError,
}


def answer(call: Call) -> str:
    """The next answer of the world."""
    asked.append(call.operation_key)
    next_one = answers.pop(0) if answers else "fine"
    if isinstance(next_one, Exception):
        raise next_one
    return str(next_one)


def kept(_call: Call, *, n: int) -> str:
    """A value from before."""
    return f"kept {n}"


def declare() -> None:
    """Register the tools once a process."""
    if registry.find_tool("look_up") is not None:
        return

    @registry.tool(effect="read", dependency="warehouse")
    def look_up(call: Call, *, n: int) -> str:
        """Look something up elsewhere."""
        return answer(call)

    @registry.tool(effect="read", fallback=kept)
    def look_up_or_recall(call: Call, *, n: int) -> str:
        """Look something up elsewhere, or say what it was."""
        return answer(call)

    @registry.tool(effect="write", effect_class="B", title="Change {n}", dependency="warehouse")
    def change(call: Call, *, n: int) -> str:
        """Change something elsewhere under a key."""
        return answer(call)

    @registry.tool(effect="write", effect_class="C", title="Change {n}")
    def change_once(call: Call, *, n: int) -> str:
        """Change something elsewhere without a key."""
        return answer(call)


def declare_agents() -> None:
    """An agent for each tool, and two that talk."""
    if "speaker" in {agent.name for agent in registry.agents()}:
        return
    for name in ("look_up", "look_up_or_recall", "change", "change_once"):
        step = StepSpec(name=name, kind=StepKind.TOOL, tool=name, arguments={"n": 1})
        registry.agent(
            Agent(name=name, version="1", model="scripted:", system="", tools=(name,), plan=Plan(steps=(step,)))
        )
    registry.agent(Agent(name="speaker", version="1", model="scripted:", system="", tools=("look_up", "change")))
    tools = ("look_up", "change")
    registry.agent(Agent(name="unwatched", version="1", model="scripted:", system="", tools=tools, is_watched=False))
    registry.agent(
        Agent(
            name="thrifty",
            version="1",
            model="scripted:",
            system="",
            tools=tools,
            budget=Budget(
                run=Purse(tokens=3_000), day=Purse(usd=Decimal(2)), output_tokens=100, output_usd=Decimal(500)
            ),
        )
    )
    registry.agent(
        Agent(
            name="speaker with another model",
            version="1",
            model="nobody:",
            fallback_models=("nobody either:", "scripted:"),
            system="",
            tools=("look_up",),
        )
    )


def submit(agent: str) -> Run:
    """A run of an agent that calls its one tool by plan."""
    return accepting.accept(agent=agent, title="a call", body={"message": "do 1 please"})


def speak(*turns: dict[str, Any], agent: str = "speaker", **columns: Any) -> Run:
    """A run in which the agent says these turns."""
    body = {"message": "do 1, 2, 3, 4 and 5 please", "scenario": {"turns": list(turns)}}
    return accepting.accept(**{"agent": agent, "title": "a talk", "body": body, **columns})


def work(*, times: int = 1) -> None:
    """Carry what is due, and then so many times more what waits for its moment."""
    for _ in range(times):
        work_once()
        Step.objects.filter(status="ready").update(wake_at=Now())


def work_once() -> None:
    """Carry what is due and let no time pass."""
    me = parcels.holder()
    while working.once(me):
        pass


def dead(turns: tuple[dict[str, Any], ...] = ({"fails": "refused"},)) -> Letter:
    """A run whose model declines: a dead letter."""
    run = speak(*turns)
    work(times=4)
    return Letter.objects.select_related("run", "step").get(run=run)


declare()
declare_agents()
