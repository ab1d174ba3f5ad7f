"""Escalations: `item` is what waits with the evidence it shows, `conversation` what people write in a handoff."""

from approvals.models.escalation.conversation import Draft, Inquiry, Message
from approvals.models.escalation.item import (
    SEE_EVERYTHING,
    Confirmation,
    Escalation,
    EscalationQuerySet,
    Evidence,
    Notice,
    token_of,
)

__all__ = [
    "SEE_EVERYTHING",
    "Confirmation",
    "Draft",
    "Escalation",
    "EscalationQuerySet",
    "Evidence",
    "Inquiry",
    "Message",
    "Notice",
    "token_of",
]
