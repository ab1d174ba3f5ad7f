"""What reviewers asked the agent about an escalation, and what it said."""

from dataclasses import dataclass
from datetime import datetime

from approvals.inbox.claiming import inquiring
from approvals.models import Escalation
from console.pages.presenting import clock


@dataclass(frozen=True)
class Asked:
    """One question; `answer` is untrusted, and None until there is one."""

    by: str
    at: str
    question: str
    answer: str | None
    answered: str


def inquired(escalation: Escalation, *, now: datetime) -> tuple[Asked, ...]:
    """Every question about it, oldest first; `has_inquiries` is put on the row by `review.finding`."""
    if not getattr(escalation, "has_inquiries", True):
        return ()
    return tuple(
        Asked(
            by=one.by.name,
            at=clock.moment(one.asked_at, now=now),
            question=one.question,
            answer=one.answer if one.answered_at else None,
            answered=clock.moment(one.answered_at, now=now) if one.answered_at else "",
        )
        for one in inquiring.inquiries(escalation)
    )
