"""What the templates of audits show: one blinded action, and the list beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from approvals.domain.label import Teaching
from approvals.models import BlindAudit, Label
from console.pages.presenting import clock
from console.pages.presenting.evidence.context import Context, context
from console.pages.presenting.evidence.effect import Effect, effect
from console.pages.presenting.reasons import Why, why
from console.pages.presenting.words import RISKS, Risk


@dataclass(frozen=True)
class Row:
    """One item of the list; title and agent may be a model's words."""

    id: int
    title: str
    agent: str
    tool: str
    asked: str
    is_current: bool


@dataclass(frozen=True)
class Entered:
    """What somebody entered, to be shown again with what is wrong."""

    reason_code: str = ""
    reason: str = ""
    error: str = ""


@dataclass(frozen=True)
class Page:
    """One audit. It says neither whether the action ran nor how sure the machine was; nobody here knows."""

    id: int
    number: str
    title: str
    agent: str
    asked: str
    evidence_sha256: str
    risk: Risk
    affects: str
    goes_to: str
    effect: Effect
    why: Why
    context: Context
    frozen: str
    answered: str
    """Who answered it, and what; empty while it waits."""
    entered: Entered


def page(audit: BlindAudit, *, answer: Label | None, now: datetime, entered: Entered | None = None) -> Page:
    """Put one audit together from its blinded evidence."""
    value = audit.evidence.value()
    preview = value.material.preview
    return Page(
        id=audit.pk,
        number=str(audit),
        title=audit.title,
        agent=audit.verdict.agent,
        asked=clock.clock(audit.opened_at, now=now),
        evidence_sha256=audit.evidence.digest,
        risk=RISKS[value.tool.reversibility],
        affects=preview.affects,
        goes_to=preview.goes_to,
        effect=effect(value),
        why=why(value),
        context=context(value, now=now),
        frozen=value.frozen_at[11:19],
        answered=_answered(answer) if answer else "",
        entered=entered or Entered(),
    )


def rows(audits: Sequence[BlindAudit], *, now: datetime, current: int = 0) -> list[Row]:
    """Write the list."""
    return [
        Row(
            id=audit.pk,
            title=audit.title,
            agent=audit.verdict.agent,
            tool=audit.verdict.tool,
            asked=clock.clock(audit.opened_at, now=now),
            is_current=audit.pk == current,
        )
        for audit in audits
    ]


def _answered(answer: Label) -> str:
    by = answer.by.name if answer.by else ""
    said = {
        Teaching.RIGHT: _("%(by)s answered this audit: right."),
        Teaching.WRONG: _("%(by)s answered this audit: wrong."),
    }
    return said[Teaching(answer.teaching)] % {"by": by}
