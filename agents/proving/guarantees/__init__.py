"""What is proven, by what it is about; `every` is all of it in the order in which it is told."""

from agents.proving.guarantee import Guarantee
from agents.proving.guarantees import confirming, deciding, installing, judging, permitting, stopping, taking

__all__ = ["CORE", "every"]

CORE = (*taking.CORE, *deciding.CORE)
"""What is proven in every lane each minute: few, and enough to see a worker that walks past the gate."""


def every() -> tuple[Guarantee, ...]:
    """All guarantees."""
    return (*installing.ALL, *judging.ALL, *deciding.ALL, *permitting.ALL, *confirming.ALL, *stopping.ALL, *taking.ALL)
