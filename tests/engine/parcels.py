"""Tools of each effect class that write into a list of this process, and an agent that calls them by plan."""

from typing import Any

from agents.domain.agent import Agent
from agents.domain.errors import OutcomeUnknown, Refusal
from agents.domain.plan import Plan, StepKind, StepSpec
from agents.domain.tool import Call
from agents.engine import accepting, carrying, working
from agents.engine.answers import resuming
from agents.engine.stepping import Carried
from agents.guards.leases import Holder
from agents.models import Run, Step, Worker
from agents.tools import registry
from approvals.models import Ruleset

sent: list[str] = []
"""What really happened, in order: the name of the tool each time it had its effect."""
world: dict[str, Any] = {}
"""How the world behaves: `answers` lists what class C's reconcile says, `refuses` makes class B refuse."""


def reconciled(call: Call, /, **_: Any) -> dict[str, Any] | None:
    """What the world says about a lost answer."""
    if "happened" not in world:
        raise OutcomeUnknown("nobody can tell.")
    return {"posted": True} if world["happened"] else None


def declare() -> None:
    """Register tools and agents once a process."""
    if registry.find_tool("post_a") is not None:
        return

    @registry.tool(effect="write", effect_class="A", title="Post {n}")
    def post_a(call: Call, *, n: int) -> str:
        """Post in our own database."""
        sent.append("post_a")
        return "posted"

    @registry.tool(effect="write", effect_class="B", title="Post {n}")
    def post_b(call: Call, *, n: int) -> str:
        """Post elsewhere under a key."""
        if world.get("refuses"):
            raise Refusal("it is posted already.")
        sent.append("post_b")
        return "posted"

    @registry.tool(effect="write", effect_class="C", title="Post {n}", reconcile=reconciled, timeout_seconds=0.2)
    def post_c(call: Call, *, n: int) -> str:
        """Post elsewhere without a key."""
        sent.append("post_c")
        if world.get("loses"):
            raise OutcomeUnknown("the connection broke.")
        return "posted"

    tools = (post_a, post_b, post_c)
    for tool in tools:
        name = tool.__name__
        step = StepSpec(name=name, kind=StepKind.TOOL, tool=name, arguments={"n": 1})
        registry.agent(
            Agent(name=name, version="1", model="scripted:", system="", tools=(name,), plan=Plan(steps=(step,)))
        )
        twice = Plan(steps=(step, step.model_copy(update={"after": (0,)})))
        registry.agent(
            Agent(name=f"{name} twice", version="1", model="scripted:", system="", tools=(name,), plan=twice)
        )


def allow() -> None:
    """Let every post run by itself: what is tested here is what happens after the gate."""
    document = """
version: 1
name: posts
routes: [{name: posts, auto_threshold: 0.0, coin_rate: 0.02}]
weights: {grounding: 1, tool_choice: null, arguments: null}
decide: {minutes: 60, undo_seconds: 0}
"""
    Ruleset.objects.create(tenant_id=1, version=1, document=document.encode(), status="live")


def submit(tool: str) -> Run:
    """A run that posts once with this tool; the customer said the number."""
    return accepting.accept(agent=tool, title="a post", body={"message": "post 1 please"})


def holder() -> Holder:
    """A new worker."""
    return Holder(Worker.objects.create(name="the test").pk)


def begin() -> Carried:
    """Claim and carry until a tool's intent is committed, and stop there: the worker dies before the effect."""
    me = holder()
    while True:
        found, carried = resuming.begin(me)
        assert found
        while carried is not None and carried.operation is None:
            carried = carrying.carry(carried)
        if carried is not None:
            return carried


def take_over() -> None:
    """What the heartbeat of another worker does with the steps of a dead one."""
    Step.objects.filter(status="running").update(status="ready", worker=None)


def work() -> int:
    """Carry everything that is due; how many claims it took."""
    me, claims = holder(), 0
    while working.once(me):
        claims += 1
    return claims


declare()
