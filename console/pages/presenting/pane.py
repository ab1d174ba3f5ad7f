"""One escalation as the page shows it: everything its templates need, put together."""

from dataclasses import dataclass
from datetime import datetime

from approvals.domain.evidence import Incident, Returned
from approvals.models import Decision, Escalation, Member
from console.pages.presenting import bar as bars
from console.pages.presenting.bar import AnyBar, Draft, Undo
from console.pages.presenting.context import Context, context
from console.pages.presenting.effect import Effect, effect
from console.pages.presenting.head import Head, head
from console.pages.presenting.reasons import Why, why


@dataclass(frozen=True)
class Pane:
    """What is shown of one escalation; `evidence_sha256` and `version` travel with every form."""

    id: int
    version: int
    evidence_sha256: str
    status: str
    head: Head
    incident: Incident | None
    returned: Returned | None
    """Set when it was approved before and the world moved."""
    instructions: str
    """What a reviewer asked the agent to change, when this is its new proposal."""
    effect: Effect
    why: Why
    context: Context
    frozen: str
    bar: AnyBar
    undo: Undo | None


def pane(
    escalation: Escalation,
    *,
    viewer: Member,
    now: datetime,
    last: Decision | None = None,
    draft: Draft | None = None,
    error: str = "",
    bar: AnyBar | None = None,
) -> Pane:
    """Put one escalation together; `last` is a decision the viewer can still undo, `bar` overrides the state."""
    evidence = escalation.evidence.value()
    return Pane(
        id=escalation.pk,
        version=escalation.version,
        evidence_sha256=escalation.evidence.digest,
        status=escalation.status,
        head=head(escalation, evidence, viewer=viewer, now=now),
        incident=evidence.material.incident,
        returned=evidence.material.returned,
        instructions=evidence.material.instructions,
        effect=effect(evidence),
        why=why(evidence),
        context=context(evidence, now=now),
        frozen=evidence.frozen_at[11:19],
        bar=bar or bars.bar(escalation, evidence, viewer=viewer, now=now, draft=draft, error=error),
        undo=bars.undo(last, now=now) if last else None,
    )
