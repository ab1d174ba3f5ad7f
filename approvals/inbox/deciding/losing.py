"""What whoever comes too late is told."""

from approvals.domain.decision import Said
from approvals.domain.errors import AlreadyDecided, NotOpen, StaleEvidence
from approvals.domain.escalation import Status
from approvals.models import Decision, Escalation


def loss(escalation: Escalation, said: Said) -> AlreadyDecided | NotOpen | StaleEvidence:
    """Why the UPDATE found no row, told from the row as it is now."""
    escalation.refresh_from_db()
    match Status(escalation.status):
        case Status.DECIDED | Status.APPLIED:
            return AlreadyDecided()
        case Status.SUPERSEDED if Decision.objects.filter(escalation=escalation, undo=None).exists():
            # Somebody has taken the conversation over.
            return AlreadyDecided()
        case Status.OPEN if escalation.version != said.version:
            return StaleEvidence()
        case Status.OPEN:
            return NotOpen("Its time is over.")
        case _:
            return NotOpen(f"It is {escalation.status}.")
