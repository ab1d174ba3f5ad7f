"""An agent: a name, a version, a model, the tools it may use and its first plan."""

from agents.domain.plan import Plan, StepKind, StepSpec
from agents.domain.values import Value


class Agent(Value):
    """A registered agent."""

    name: str
    version: str
    model: str
    system: str
    tools: tuple[str, ...]
    prompt_version: str = "1"
    plan: Plan = Plan(steps=(StepSpec(name="turn", kind=StepKind.MODEL),), is_conversational=True)
    customer_model: str = ""
    """`provider:name` of a simulated customer; empty where real people answer."""
    turn_limit: int = 40
