"""Budgets: how much of a model a run or an agent may use, and what one call may cost at most. Stops, never asks."""

from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import NamedTuple

from pydantic import Field

from agents.domain.turn import ModelRequest, Turn
from agents.domain.values import Value

MILLION = Decimal(1_000_000)
BYTES_A_TOKEN = 2
"""No tokenizer in use makes more tokens of a text on the whole than one for so many bytes; the rest is given back."""


class Scope(StrEnum):
    """Whose purse it is."""

    RUN = "run"
    AGENT = "agent"


class Purse(Value):
    """At most so much; None bounds nothing."""

    tokens: int | None = Field(default=None, ge=1)
    usd: Decimal | None = Field(default=None, gt=0)


class Budget(Value):
    """What an agent's model may cost. Prices are in dollars for a million tokens; without them money is not counted."""

    run: Purse = Purse(tokens=500_000)
    day: Purse = Purse()
    """Of all runs of the agent in a tenant, each UTC day anew."""
    output_tokens: int = Field(default=8_192, ge=16)
    """Of one turn; the model is told."""
    input_usd: Decimal = Decimal(0)
    output_usd: Decimal = Decimal(0)

    def cost(self, *, input_tokens: int, output_tokens: int) -> Decimal:
        """Dollars for so many tokens."""
        return (input_tokens * self.input_usd + output_tokens * self.output_usd) / MILLION

    def most(self, request: ModelRequest) -> "Amount":
        """What a call may use at most."""
        given = read_by(request)
        return Amount(given + self.output_tokens, self.cost(input_tokens=given, output_tokens=self.output_tokens))

    def used(self, request: ModelRequest, turn: Turn) -> "Amount":
        """What a call has used, as its provider says; where it says nothing, what was read and said is estimated.

        Money is what the provider or the prices say, whichever is more.
        """
        usage = turn.usage
        read, said = usage.input_tokens, usage.output_tokens
        if not read and not said:
            read, said = read_by(request), _tokens(turn.model_dump_json())
        return Amount(read + said, max(self.cost(input_tokens=read, output_tokens=said), _dollars(usage.cost_usd)))


class Amount(NamedTuple):
    """Tokens and dollars."""

    tokens: int
    usd: Decimal


def read_by(request: ModelRequest) -> int:
    """At most so many tokens of input a request is."""
    return _tokens(request.model_dump_json(exclude={"scenario"}))


def _tokens(text: str) -> int:
    return len(text.encode()) // BYTES_A_TOKEN + 1


def _dollars(text: str) -> Decimal:
    """What a provider says in money; what is no sensible amount is not believed."""
    try:
        said = Decimal(text)
    except InvalidOperation:
        return Decimal(0)
    return said if said.is_finite() and 0 <= said < MILLION else Decimal(0)
