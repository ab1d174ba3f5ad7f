"""What went before: what a reviewer asked the agent to change, and what the agent made of it."""

from dataclasses import dataclass

from approvals.domain.evidence import Evidence
from approvals.models import Decision, Escalation, Member
from console.pages.presenting.editing.rows import Row, changed_rows


@dataclass(frozen=True)
class Revision:
    """A new proposal after instructions; `by` is empty when the viewer gave them."""

    instructions: str
    by: str
    rows: tuple[Row, ...]


def revision(escalation: Escalation, evidence: Evidence, *, viewer: Member) -> Revision | None:
    """What was asked for and what differs, when this follows a proposal that was sent back."""
    material = evidence.material
    if not material.instructions:
        return None
    asked: Decision | None = getattr(escalation.revises, "decision", None)
    is_own = asked is None or asked.by_id == viewer.pk
    rows = changed_rows(material.before_revision or {}, evidence.arguments)
    return Revision(material.instructions, "" if is_own or asked is None else asked.by.name, rows)
