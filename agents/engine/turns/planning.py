"""What comes next: a conversational agent extends its own plan one turn at a time."""

from agents.domain.agent import Agent
from agents.domain.plan import StepKind, StepSpec
from agents.domain.turn import Turn


def after_turn(agent: Agent, turn: Turn, *, turns: int) -> tuple[StepSpec, ...]:
    """The steps a model turn leads to; none when it ends the run.

    With calls: one tool step each, side by side, then a model step that waits for all of them. With text: the
    customer's turn, where there is a customer. `turns` is how many the agent has had, this one included; at the limit
    the run ends with what it has.
    """
    if turns >= agent.turn_limit:
        return ()
    if turn.calls:
        tools = tuple(
            StepSpec(name=call.tool, kind=StepKind.TOOL, tool=call.tool, call_id=call.call_id, arguments=call.arguments)
            for call in turn.calls
        )
        return (*tools, StepSpec(name="turn", kind=StepKind.MODEL, after=tuple(range(len(tools)))))
    if turn.is_final or not agent.customer_model:
        return ()
    return (StepSpec(name="customer", kind=StepKind.CUSTOMER),)


def after_customer() -> tuple[StepSpec, ...]:
    """The agent answers what the customer said."""
    return (StepSpec(name="turn", kind=StepKind.MODEL),)
