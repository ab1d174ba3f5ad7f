"""Labels, earned by decisions about escalations that were put into the queue."""

from typing import Any

from approvals.domain.decision import DecisionKind
from approvals.inbox import undoing
from approvals.models import Escalation, Label
from tests import cast
from tests.flows import desk
from tests.web.review.stage import put


def learned(kind: DecisionKind = DecisionKind.APPROVE, *, reason: str = "", **columns: Any) -> Label:
    """A label that a decision of Mara's left."""
    decision = desk.decide(put(**columns), kind, reason=reason)
    return Label.objects.get(decision=decision)


def taken_back() -> tuple[Label, Label]:
    """A label and the one that withdraws it."""
    first = learned()
    undoing.undo(Escalation.objects.get(decision__labels=first), by=cast.mara())
    return first, Label.objects.get(supersedes=first)
