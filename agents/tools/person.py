"""The one tool every agent may have: asking a person."""

from typing import Annotated, Any

from pydantic import Field

from agents.domain.errors import Refusal
from agents.domain.tool import Call
from agents.tools.registry import tool

Words = Annotated[str, Field(min_length=1, max_length=500)]
Choices = Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(max_length=9)]


@tool(effect="read", title="Question from the agent", asks_person=True)
def ask_person(_call: Call, *, question: Words, options: Choices | None = None) -> dict[str, Any]:
    """Ask a person one question, with up to nine options; the answer comes back as the result."""
    del question, options
    raise Refusal("a question is answered by a person and never runs.")
