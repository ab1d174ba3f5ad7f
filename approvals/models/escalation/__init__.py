"""Escalations: `item` is what waits with the evidence it shows, `conversation` what people write in a handoff."""

from approvals.models.escalation.conversation import Draft, Inquiry, Message
from approvals.models.escalation.item import (
    Confirmation,
    Escalation,
    EscalationQuerySet,
    Evidence,
    token_of,
)

__all__ = [
    "Confirmation",
    "Draft",
    "Escalation",
    "EscalationQuerySet",
    "Evidence",
    "Inquiry",
    "Message",
    "token_of",
]
