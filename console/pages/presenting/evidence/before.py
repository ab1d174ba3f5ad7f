"""What went before: what a reviewer asked the agent to change, and what the agent made of it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from approvals.domain.decision import DecisionKind
from approvals.domain.escalation import Kind, Status
from approvals.domain.evidence import Evidence
from approvals.models import Decision, Escalation, Member
from console.pages.presenting import words
from console.pages.presenting.editing.rows import Row, changed_rows
from console.pages.presenting.words import Word


@dataclass(frozen=True)
class Other:
    """Another escalation in the same matter; its title may hold values of the call."""

    id: int
    number: str
    title: str
    kind: Word


@dataclass(frozen=True)
class Revision:
    """What came back after instructions; `by` is empty when the viewer gave them."""

    instructions: str
    by: str
    rows: tuple[Row, ...]
    is_other: bool
    """It is a question or another call, so that there is nothing to set side by side."""
    came_of: Other | None
    """What was sent back."""


def revision(escalation: Escalation, evidence: Evidence, *, viewer: Member) -> Revision | None:
    """What was asked for and what differs, when this follows a proposal that was sent back."""
    material = evidence.material
    if not material.instructions:
        return None
    asked = _asked(escalation)
    is_own = asked is None or asked.by_id == viewer.pk
    is_other = material.before_revision is None
    rows = () if is_other else changed_rows(material.before_revision or {}, evidence.arguments)
    came_of = other(escalation.revises) if escalation.revises else None
    return Revision(material.instructions, "" if is_own or asked is None else asked.author, rows, is_other, came_of)


def taken_back(escalation: Escalation, *, viewer: Member) -> str:
    """That this follows a decision that was undone, and whose; empty where it does not, and once it is decided."""
    old = escalation.supersedes
    decision: Decision | None = getattr(old, "decision", None)
    if old is None or decision is None or (old.status, escalation.status) != (Status.SUPERSEDED, Status.OPEN):
        return ""
    if decision.kind == DecisionKind.TAKE_OVER:  # the conversation itself follows it
        return ""
    parts = {"what": str(words.past(decision.kind).word), "name": words.author(decision), "number": str(old)}
    if decision.by_id == viewer.pk:
        return _("Undone: your decision on %(number)s (%(what)s) was taken back. Nothing was sent.") % parts
    return _("Undone: %(name)s's decision on %(number)s (%(what)s) was taken back. Nothing was sent.") % parts


def other(escalation: Escalation) -> Other:
    """An escalation as a link to it says it."""
    return Other(escalation.pk, str(escalation), escalation.title, words.KINDS[Kind(escalation.kind)])


def following(escalation: Escalation) -> Other | None:
    """What came back of an escalation: after an undo, after instructions, or because the world moved."""
    found = getattr(escalation, "successor", None) or getattr(escalation, "revision", None)
    return other(found) if found else None


def _asked(escalation: Escalation) -> Decision | None:
    """The decision that gave the instructions; what came in between was decided without any."""
    found: Decision | None = getattr(escalation.revises, "decision", None)
    if found is None or found.kind == DecisionKind.REVISE or escalation.revises is None:
        return found
    return getattr(escalation.revises.revises, "decision", None)
