"""One score from the parts of a confidence: a product, so that every part can lower it and none can raise it."""

from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal
from math import prod
from typing import Annotated

from pydantic import Field

from approvals.domain.values import Value

Weight = Annotated[float, Field(gt=0, le=10)]


class Weights(Value):
    """How much each part of a confidence counts; a part without a weight is recorded and does not count.

    The default: what the server measures itself (grounding) counts in full; the two parts an agent states about
    itself count half each, so that together they weigh as much as one measurement. They are exponents of a product
    of values up to 1, so whatever an agent claims, the score stays at or below what was measured (law 8). A later
    part (verifier, agreement of samples, precedent) counts when a ruleset gives it a weight, and is then required.
    """

    tool_choice: Weight | None = 0.5
    arguments: Weight | None = 0.5
    grounding: Weight | None = 1.0
    self_critique: Weight | None = None
    verifier: Weight | None = None
    agreement: Weight | None = None
    precedent: Weight | None = None

    def required(self) -> dict[str, float]:
        """The parts that count, with their weights; a missing one leaves an action without a score."""
        return {part: weight for part, weight in self if weight is not None}


DEFAULT_WEIGHTS = Weights()
_REQUIRED = DEFAULT_WEIGHTS.required()


def combine(parts: Mapping[str, float | None], weights: Weights = DEFAULT_WEIGHTS) -> float | None:
    """The combined score from 0 to 1, floored to 5 decimals, never falling when a part rises.

    None when a part that counts is missing or not a number from 0 to 1: such an action can never run alone.
    """
    required = _REQUIRED if weights is DEFAULT_WEIGHTS else weights.required()
    if not required:
        return None
    values = {part: parts.get(part) for part in required}
    if not all(is_share(value) for value in values.values()):
        return None
    return floored(prod(float(value) ** required[part] for part, value in values.items() if value is not None))


def is_share(value: object) -> bool:
    """Whether a value is a number from 0 to 1: no truth value, no NaN, no text."""
    return type(value) in (int, float) and 0 <= value <= 1  # type: ignore[operator]


def floored(score: float) -> float:
    """A score cut to 5 decimals, as certificates read it; the noise of the last bits is rounded away before."""
    return float(Decimal(repr(round(score, 12))).quantize(Decimal("0.00001"), rounding=ROUND_FLOOR))


def apart(*scores: float) -> tuple[str, ...]:
    """Scores with two digits, and all with more where two that differ would read alike.

    >>> apart(0.88496, 0.99), apart(0.9899, 0.99)
    (('0.88', '0.99'), ('0.9899', '0.9900'))
    """
    for digits in range(2, 16):
        texts = tuple(f"{score:.{digits}f}" for score in scores)
        if len(set(texts)) == len(set(scores)):
            return texts
    return tuple(map(repr, scores))
