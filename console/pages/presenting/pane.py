"""One escalation as the page shows it: everything its templates need, put together."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid4

from approvals.domain.escalation import Kind
from approvals.domain.evidence import Evidence, Incident, Material, Returned
from approvals.learning import recalling
from approvals.models import Decision, ErasedRun, Escalation, Member
from approvals.models.proof.audit import ERASED
from console.pages.presenting import bar as bars
from console.pages.presenting import clock
from console.pages.presenting.bar import AnyBar, Draft, Undo
from console.pages.presenting.editing.states import Checked, Editing
from console.pages.presenting.evidence import conversation as talks
from console.pages.presenting.evidence.before import Revision, revision, taken_back
from console.pages.presenting.evidence.context import Context, context
from console.pages.presenting.evidence.conversation import Conversation, Conversing
from console.pages.presenting.evidence.effect import Effect, effect
from console.pages.presenting.evidence.inquiries import Asked, inquired
from console.pages.presenting.evidence.lesson import Lesson, lesson
from console.pages.presenting.evidence.outcome import Outcome, outcome
from console.pages.presenting.evidence.permission import Permission, Voted, permission, voted
from console.pages.presenting.evidence.precedents import Similar, similar
from console.pages.presenting.evidence.question import Question, place_of, question
from console.pages.presenting.evidence.user import Before, before
from console.pages.presenting.head import Head, Others, head
from console.pages.presenting.reasons import Why, why


@dataclass(frozen=True)
class Pane:
    """What is shown of one escalation; `evidence_sha256` and `version` travel with every form."""

    id: int
    version: int
    evidence_sha256: str
    status: str
    head: Head
    material: Material
    taken_back: str
    """That the decision before it was taken back, so that it stands here again."""
    revision: Revision | None
    """Set when it follows a proposal that a reviewer sent back."""
    user_before: Before | None
    """Set when the end user was asked first."""
    question: Question | None
    """Set when there is one question to answer; what the agent would do is shown after choosing."""
    effect: Effect
    why: Why
    context: Context
    precedents: tuple[Similar, ...]
    """Of an approval; a question is answered before anything else is shown."""
    frozen: str
    bar: AnyBar | Voted | Conversing
    undo: Undo | None
    permission: Permission
    """What approving takes of the viewer besides the friction of the bar."""
    outcome: Outcome | None = None
    """What was decided and what followed, once it is."""
    others: Others | None = None
    conversation: Conversation | None = None
    """Of a handoff, in the place of everything that is decided by."""
    inquiries: tuple[Asked, ...] = ()
    key: UUID = field(default_factory=uuid4)
    """Of the form that asks the agent back: it asks once."""
    lesson: Lesson | None = None
    """What was known of a planted mistake, once this person has decided it."""
    erased: str = ""
    """When it was erased, where nothing is left to show."""

    @property
    def incident(self) -> Incident | None:
        """Set when something failed for good, or nobody knows whether it happened."""
        return self.material.incident

    @property
    def returned(self) -> Returned | None:
        """Set when it was approved before and the world moved."""
        return self.material.returned

    @property
    def is_editing(self) -> bool:
        """Whether the changes are inputs now."""
        return isinstance(self.bar, Editing)

    @property
    def is_checked(self) -> bool:
        """Whether an edited action is shown in the place of the proposed one."""
        return isinstance(self.bar, Checked)


def pane(
    escalation: Escalation,
    *,
    viewer: Member,
    now: datetime,
    last: Decision | None = None,
    draft: Draft | None = None,
    error: str = "",
    bar: AnyBar | Conversing | None = None,
    others: Others | None = None,
    session: bytes | None = None,
) -> Pane:
    """Put one escalation together; `last` can still be undone, `bar` overrides the state, `session` is its digest."""
    evidence, learnt = escalation.evidence.value(), lesson(bars.decision_of(escalation), viewer=viewer)
    return Pane(
        id=escalation.pk,
        version=escalation.version,
        evidence_sha256=escalation.evidence.digest,
        status=escalation.status,
        head=head(escalation, evidence, viewer=viewer, now=now),
        material=evidence.material,
        taken_back=taken_back(escalation, viewer=viewer),
        revision=revision(escalation, evidence, viewer=viewer),
        user_before=before(evidence, now=now),
        question=_question(escalation, evidence, draft),
        effect=effect(evidence),
        why=why(evidence),
        context=_context(escalation, evidence, now=now),
        precedents=_precedents(escalation, viewer=viewer, now=now),
        frozen=evidence.frozen_at[11:19],
        bar=bar or _bar(escalation, evidence, viewer=viewer, now=now, draft=draft, error=error),
        permission=permission(escalation, viewer=viewer, session=session, now=now),
        undo=bars.undo(last, now=now) if last else None,
        outcome=None if learnt else outcome(escalation, evidence, viewer=viewer, now=now),
        others=others,
        inquiries=inquired(escalation, now=now),
        conversation=talks.conversation(escalation, evidence, now=now),
        lesson=learnt,
        erased=_erased(escalation, now=now),
    )


def _erased(escalation: Escalation, *, now: datetime) -> str:
    """Looked for only where the title says so: a title is the tool's, and could say the same."""
    if escalation.title != ERASED:
        return ""
    found = ErasedRun.objects.filter(run_key=escalation.run_key).first()
    return clock.clock(found.erased_at, now=now) if found else ""


def _bar(
    escalation: Escalation, evidence: Evidence, *, viewer: Member, now: datetime, draft: Draft | None, error: str
) -> AnyBar | Voted | Conversing:
    if (vote := voted(escalation, viewer=viewer, now=now)) is not None:
        return vote
    if talks.is_open(escalation) and viewer.can_decide:
        return talks.bar(escalation, viewer=viewer, now=now, draft=draft or Draft(), error=error)
    return bars.bar(escalation, evidence, viewer=viewer, now=now, draft=draft, error=error)


def _context(escalation: Escalation, evidence: Evidence, *, now: datetime) -> Context:
    """What surrounds it; the conversation of a handoff stands in the middle of its page."""
    around = context(evidence, now=now)
    return replace(around, earlier=(), latest=()) if escalation.kind == Kind.HANDOFF else around


def _precedents(escalation: Escalation, *, viewer: Member, now: datetime) -> tuple[Similar, ...]:
    if escalation.kind != Kind.APPROVAL:
        return ()
    return similar(recalling.precedents(escalation, viewer=viewer), now=now)


def _question(escalation: Escalation, evidence: Evidence, draft: Draft | None) -> Question | None:
    if escalation.kind != Kind.QUESTION:
        return None
    decision = bars.decision_of(escalation)
    answered = place_of(evidence, decision.reason) if decision else ""
    return question(evidence, chosen=draft.option if draft else answered)
