"""The decision bar: one of a few states, each with its own template and the same height."""

from dataclasses import dataclass, field
from datetime import datetime
from math import ceil

from django.utils.translation import gettext as _

from approvals.domain.decision import DecisionKind
from approvals.domain.escalation import Kind, Status
from approvals.domain.evidence import Evidence
from approvals.domain.tool import Reversibility
from approvals.models import Decision, Escalation, Member
from console.pages.presenting import clock, words
from console.pages.presenting.editing.reading import can_edit
from console.pages.presenting.editing.states import Checked, Editing
from console.pages.presenting.evidence.before import following
from console.pages.presenting.evidence.lesson import Lesson, lesson
from console.pages.presenting.words import Word


@dataclass(frozen=True)
class Draft:
    """What a person entered that was not sent on; shown again so that nothing is typed twice."""

    kind: str = ""
    reason_code: str = ""
    reason: str = ""
    typed: str = ""
    option: str = ""
    answer: str = ""

    @property
    def text(self) -> str:
        """All of it as one text to copy."""
        return "\n".join(filter(None, (self.typed, self.reason, self.answer)))


@dataclass(frozen=True)
class Choice:
    """One thing to choose by its digit."""

    digit: int
    value: str
    words: Word
    is_chosen: bool


@dataclass(frozen=True)
class Open:
    """A decision can be taken. `friction` is `key`, `named` or `typed`."""

    friction: str
    effect: str
    typed_label: str
    choices: tuple[Choice, ...]
    seconds: int
    risk: str
    draft: Draft
    can_edit: bool = False
    error: str = ""
    template: str = "queue/bar/_decision.html"

    @property
    def is_rejecting(self) -> bool:
        """Whether the panel of reasons is open."""
        return self.draft.kind == DecisionKind.REJECT

    @property
    def is_revising(self) -> bool:
        """Whether the panel of instructions is open."""
        return self.draft.kind == DecisionKind.REVISE

    @property
    def is_approving(self) -> bool:
        """Whether the button that names the effect is shown."""
        return self.draft.kind == DecisionKind.APPROVE


@dataclass(frozen=True)
class Answering:
    """A question can be answered; `options` is how many answers are offered."""

    options: int
    seconds: int
    draft: Draft
    error: str = ""
    template: str = "queue/question/_bar.html"


@dataclass(frozen=True)
class Settling:
    """An incident can be settled; doing it again takes the friction of approving it."""

    choices: tuple[Choice, ...]
    typed_label: str
    draft: Draft
    error: str = ""
    template: str = "queue/bar/_incident.html"


@dataclass(frozen=True)
class Asking:
    """The end user is asked; who may decide can take it over, or see the link."""

    until: str
    can_take: bool
    link: str = ""
    template: str = "queue/bar/_user.html"


@dataclass(frozen=True)
class Reading:
    """The viewer may read this and not decide it; `role` is empty when no role could, on this page."""

    role: str
    template: str = "queue/bar/_reading.html"


@dataclass(frozen=True)
class Closed:
    """Nothing is left to decide: what happened, and where to go on."""

    sentence: str
    reason: str = ""
    successor: int | None = None
    template: str = "queue/bar/_decided.html"


@dataclass(frozen=True)
class Conflict:
    """Someone was first while the viewer was at it."""

    sentence: str
    reason: str
    draft: Draft = field(default_factory=Draft)
    template: str = "queue/bar/_conflict.html"


@dataclass(frozen=True)
class Stale:
    """What was shown is no longer what would run."""

    draft: Draft = field(default_factory=Draft)
    template: str = "queue/bar/_stale.html"


AnyBar = Open | Asking | Answering | Editing | Checked | Settling | Reading | Closed | Conflict | Stale


@dataclass(frozen=True)
class Undo:
    """The viewer's last decision while it can be taken back."""

    escalation: int
    kind: str
    title: str
    reason: str
    until: str
    seconds: int
    is_late: bool = False
    """Somebody pressed Undo after its time."""
    is_over: bool = False
    sent_at: str = ""
    lesson: Lesson | None = None


def bar(
    escalation: Escalation,
    evidence: Evidence,
    *,
    viewer: Member,
    now: datetime,
    draft: Draft | None = None,
    error: str = "",
) -> AnyBar:
    """The state of the bar for one viewer; `draft` and `error` come from a form that was refused."""
    draft = draft or Draft()
    if escalation.status != Status.OPEN:
        return _closed(escalation, viewer=viewer, now=now)
    if escalation.kind == Kind.CONFIRMATION and escalation.due_at > now:
        return asking(escalation, can_take=viewer.can_decide)
    if not viewer.can_decide:
        return Reading(viewer.role)
    fact = evidence.material.preview.typed_fact
    if escalation.kind == Kind.INCIDENT:
        return Settling(_answers(draft), fact.label if fact else "", draft, error)
    asked = evidence.material.question
    if escalation.kind == Kind.QUESTION and asked is not None:
        return Answering(len(asked.options), escalation.undo_seconds, draft, error)
    if escalation.kind != Kind.APPROVAL:
        return Reading(role="")
    return Open(
        friction=friction_of(escalation, evidence),
        effect=escalation.title,
        typed_label=fact.label if fact else "",
        choices=_reasons(draft),
        seconds=escalation.undo_seconds,
        risk=escalation.risk,
        draft=draft,
        # Asked about from elsewhere there is no run here that could say what another call would do.
        can_edit=bool(getattr(escalation, "has_trace", False)) and can_edit(evidence),
        error=error,
    )


def asking(escalation: Escalation, *, can_take: bool, link: str = "") -> Asking:
    """The bar of a question that the end user has; `link` once somebody asked to see it."""
    return Asking(clock.moment(escalation.due_at, now=escalation.opened_at), can_take, link)


def friction_of(escalation: Escalation, evidence: Evidence) -> str:
    """What approving takes: a fact to type, a button that names the effect, or one key."""
    if evidence.material.preview.typed_fact is not None:
        return "typed"
    return "key" if escalation.risk == Reversibility.REVERSIBLE else "named"


def not_yours(decision: Decision) -> Closed:
    """Somebody else's decision, which somebody else takes back."""
    sentence = _("%(name)s decided this. Only %(name)s or an admin can undo it.")
    return Closed(sentence % {"name": words.author(decision, is_first=True)}, reason_of(decision))


def conflict(escalation: Escalation, *, viewer: Member, now: datetime, draft: Draft) -> AnyBar:
    """The bar for someone who came second: who was first, and that nothing they entered was sent."""
    decision = decision_of(escalation)
    if decision is None:
        return _closed(escalation, viewer=viewer, now=now)
    past = words.past(decision.kind)
    template = past.own if decision.by_id == viewer.pk else past.first
    return Conflict(str(template) % _who_when(decision, now), reason_of(decision), draft)


def undo(decision: Decision, *, now: datetime, is_late: bool = False) -> Undo:
    """The slot that takes a decision back, or says that it is too late for that."""
    left = ceil((decision.undo_until - now).total_seconds())
    return Undo(
        escalation=decision.escalation_id,
        kind=decision.kind,
        title=decision.approved.value().material.title,
        reason=reason_of(decision),
        until=decision.undo_until.isoformat(),
        seconds=max(left, 0),
        is_late=is_late,
        is_over=left <= 0,
        sent_at=clock.clock(decision.undo_until, now=now),
        lesson=lesson(decision, viewer=decision.by),
    )


def reason_of(decision: Decision) -> str:
    """A reason as a sentence: the person's own words, else those of the code."""
    return decision.reason or str(words.REASONS.get(decision.reason_code, ""))


def decision_of(escalation: Escalation) -> Decision | None:
    """The decision, where there is one; rows loaded by `review.finding` have it at hand."""
    return getattr(escalation, "decision", None)


def _closed(escalation: Escalation, *, viewer: Member, now: datetime) -> Closed:
    at, back = clock.clock(escalation.closed_at or escalation.due_at, now=now), following(escalation)
    match Status(escalation.status):
        case Status.OPEN:
            return Closed(_("Time ran out at %(time)s. It can no longer be decided.") % {"time": at})
        case Status.EXPIRED if escalation.kind == Kind.INCIDENT:
            return Closed(_("Time ran out at %(time)s. It stays unknown and nothing was repeated.") % {"time": at})
        case Status.EXPIRED:
            return Closed(_("Time ran out at %(time)s. It was rejected automatically.") % {"time": at})
        case Status.CANCELLED:
            return Closed(_("The run was cancelled at %(time)s, so there is nothing to decide.") % {"time": at})
        case Status.SUPERSEDED:
            return Closed(words.superseded(escalation, now=now), successor=back.id if back else None)
    decision = escalation.decision
    past = words.past(decision.kind)
    template = past.own if decision.by_id == viewer.pk else past.by
    return Closed(str(template) % _who_when(decision, now), reason_of(decision), back.id if back else None)


def _who_when(decision: Decision, now: datetime) -> dict[str, str]:
    return {"name": words.author(decision, is_first=True), "time": clock.clock(decision.decided_at, now=now)}


def _reasons(draft: Draft) -> tuple[Choice, ...]:
    return tuple(
        Choice(digit, code, said, draft.reason_code == code)
        for digit, (code, said) in enumerate(words.REASONS.items(), start=1)
    )


def _answers(draft: Draft) -> tuple[Choice, ...]:
    return tuple(
        Choice(digit, kind, said, draft.kind == kind)
        for digit, (kind, said) in enumerate(words.INCIDENT_ANSWERS, start=1)
    )
