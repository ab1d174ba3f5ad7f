"""Run proofs one after the other; each in a transaction of its own that is rolled back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import perf_counter

import structlog

from agents.proving.guarantee import Broken, Guarantee
from agents.proving.guarantees import every

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Finding:
    """What became of one proof."""

    guarantee: Guarantee
    otherwise: str
    """Why it does not hold; empty when it does."""
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether it was proven."""
        return not self.otherwise


def check(
    guarantees: Iterable[Guarantee] | None = None, *, tell: Callable[[Finding], None] = lambda _: None
) -> tuple[Finding, ...]:
    """Try to break each guarantee (all of them) and tell what came of it; raises for none.

    A proof that ends in any other way than it should counts as a guarantee that does not hold.
    """
    found = []
    for guarantee in every() if guarantees is None else guarantees:
        found.append(_found(guarantee))
        tell(found[-1])
    return tuple(found)


def _found(guarantee: Guarantee) -> Finding:
    begin = perf_counter()
    try:
        guarantee.prove()
        otherwise = ""
    except Broken as broken:
        otherwise = broken.detail
    except Exception as error:
        # A proof that breaks down proves nothing.
        log.exception("proof_failed", guarantee=guarantee.says)
        otherwise = f"The proof broke down: {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
    return Finding(guarantee, otherwise, perf_counter() - begin)
