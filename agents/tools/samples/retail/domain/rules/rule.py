"""A rule: what one kind of call does to a case, and what a person should know before it does."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from agents.domain.errors import Refusal
from agents.tools.samples.retail.domain.case import Case
from agents.tools.samples.retail.domain.money import dollars
from approvals.domain.evidence import Check, TypedFact

NOTHING = "nothing, the shop would refuse"


@dataclass(frozen=True)
class Outlook:
    """What a call would come to. A refused one leaves the case as it is."""

    after: Case
    check: Check
    affects: str
    fact: TypedFact | None = None


@dataclass(frozen=True)
class Rule:
    """One kind of change; its functions are pure."""

    apply: Callable[..., Case]
    """Takes the case, and by keyword the arguments that do not merely name it; raises Refusal."""
    checks: Callable[..., tuple[Check, ...]]
    """What the server verified; takes what `apply` takes and never raises."""
    subject: str
    """What one call touches: `1 order`."""
    stake: Callable[[Case], Decimal] | None = None
    """How many dollars move, from the changed case."""
    fact: Callable[[Case], TypedFact] | None = None
    """What a reviewer types before an effect that cannot be taken back, from the changed case."""

    def foresee(self, case: Case, details: dict[str, Any]) -> Outlook:
        """What a call would come to, refusals included."""
        try:
            after = self.apply(case, **details)
        except Refusal as refusal:
            sentence = f"The shop would refuse this call: {refusal.detail}"
            return Outlook(case, Check(sentence=sentence, passed=False), NOTHING)
        accepted = Check(sentence="The shop's own rules accept this call", passed=True)
        return Outlook(after, accepted, self._affects(after), self.fact(after) if self.fact else None)

    def _affects(self, after: Case) -> str:
        return f"{self.subject}, {dollars(self.stake(after))}" if self.stake else self.subject
