"""What an agent does at its own desk: sums, notes, and calling a person."""

from agents.domain.tool import Call
from agents.tools.registry import tool
from agents.tools.samples.retail.domain import arithmetic
from agents.tools.samples.retail.previewing import preview_handover
from agents.tools.samples.retail.tools.arguments import Expression, Summary, Thought


@tool(effect="read", effect_class="A")
def calculate(_call: Call, *, expression: Expression) -> float:
    """Work out a sum, rounded to two decimals."""
    return arithmetic.calculate(expression)


@tool(effect="read", effect_class="A")
def think(_call: Call, *, thought: Thought) -> str:
    """Write down a thought; nothing is looked up and nothing changes."""
    del thought  # It is kept where every call is: in the history of the run.
    return ""


@tool(
    effect="write",
    effect_class="A",
    title="Hand the conversation over to a person",
    hands_over=True,
    preview=preview_handover,
)
def transfer_to_human_agents(_call: Call, *, summary: Summary) -> str:
    """Hand the customer over to a person, when they ask for one or when no other tool can do what they need."""
    del summary  # The person who takes over reads it from the call itself.
    return "Transfer successful"
