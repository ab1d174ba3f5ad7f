"""An agent: a name, a version, a model, the tools it may use and its first plan."""

from pydantic import Field

from agents.domain.budget import Budget
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
    fallback_models: tuple[str, ...] = ()
    """Asked in this order when the agent's own model is down or has failed for the last time."""
    is_interactive: bool = False
    """Somebody sits and waits: a model has 8 seconds instead of 30."""
    second_model: str = ""
    """`provider:name` of a model that is asked whether it objects to a write; empty for none. It can only stop one."""
    turn_limit: int = 40
    step_limit: int = Field(default=20, ge=1, le=50)
    """Turns and calls that one message of the user may lead to."""
    budget: Budget | None = None
    """What its model may cost; None is the default budget where the model is a remote one, and none where it is not."""
    called: str = ""
    """What end users are told it is, as a sentence begins: `The shop's assistant`; empty for its name."""
    owner: str = ""
    """E-mail of who answers for it here; the rules may keep them from deciding about its calls."""
    is_watched: bool = True
    """Whether repetition and refused calls end its runs; not where a run only says again what was recorded."""
