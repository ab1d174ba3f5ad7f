"""What a person was asked in a run, as spans: the wait, the decision, and the time to undo it."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents.domain.run import OperationOutcome
from agents.models import Operation
from approvals.domain.decision import DecisionKind
from approvals.domain.escalation import Kind as Asked
from approvals.domain.escalation import Status
from approvals.models import Decision, Escalation, Undo
from console.pages.presenting import clock
from console.pages.presenting import words as shown
from console.pages.runs import words
from console.pages.runs.tracing.spans import Kind, Span

WAITS = {
    Asked.CONFIRMATION: gettext_lazy("waiting for the user"),
    Asked.HANDOFF: gettext_lazy("a person has the conversation"),
}


def spans(position: int, escalation: Escalation, *, now: datetime) -> Iterator[Span]:
    """The escalation from opening to its end; behind it who decided and how long it could be undone."""
    yield _wait(position, escalation)
    decision = decision_of(escalation)
    if decision is None:
        return
    yield _person(position, escalation, decision)
    if decision.undo_until > decision.decided_at:
        yield _window(position, escalation, decision, now=now)


def decision_of(escalation: Escalation) -> Decision | None:
    """Its decision, where there is one; read along with it."""
    return getattr(escalation, "decision", None)


def undo_of(decision: Decision) -> Undo | None:
    """What took a decision back, where something did."""
    return getattr(decision, "undo", None)


def is_seen(escalation: Escalation) -> bool:
    """Whether the reader may open it; a foreign team's shows only that it was asked and how long it took."""
    return bool(getattr(escalation, "is_seen", False))


def name_of(escalation: Escalation, decision: Decision) -> str:
    """Who decided, for those who may know."""
    return shown.author(decision, is_first=True) if is_seen(escalation) else _("somebody of another team")


def ended_at(escalation: Escalation) -> datetime | None:
    """When the wait was over."""
    return escalation.decided_at or escalation.closed_at


def reason_word(code: str) -> str:
    """A reason of the gate in a word."""
    return str(shown.STOPS.get(code, code.replace("_", " "))).lower()


def outcome_word(operation: Operation, place: int, of: int) -> str:
    """How an effect ended; numbered where there was more than one."""
    said = {
        None: _("under way"),
        OperationOutcome.SUCCEEDED: _("done"),
        OperationOutcome.FAILED: _("failed"),
        OperationOutcome.UNKNOWN: _("outcome unknown"),
    }[OperationOutcome(operation.outcome) if operation.outcome else None]
    return _("%(outcome)s, try %(n)s") % {"outcome": said, "n": place} if of > 1 else said


def _wait(position: int, escalation: Escalation) -> Span:
    is_incident = escalation.kind == Asked.INCIDENT
    return Span(
        id=f"s{position}-e{escalation.pk}",
        kind=Kind.ESCALATION,
        name=str(WAITS.get(Asked(escalation.kind), _("waiting for a person"))),
        note=_number(escalation, is_incident=is_incident),
        start=escalation.opened_at,
        end=ended_at(escalation),
        depth=2,
        is_waiting=True,
    )


def _number(escalation: Escalation, *, is_incident: bool) -> str:
    """How the queue calls it, for those who find it there."""
    if not is_seen(escalation):
        return ""
    return _("%(number)s, incident") % {"number": escalation} if is_incident else str(escalation)


def _person(position: int, escalation: Escalation, decision: Decision) -> Span:
    word = str(words.SAID[DecisionKind(decision.kind)])
    return Span(
        id=f"s{position}-p{escalation.pk}",
        kind=Kind.PERSON,
        name=name_of(escalation, decision),
        note=_("%(decision)s, then undone") % {"decision": word} if undo_of(decision) else word,
        start=decision.decided_at,
        end=decision.decided_at,
        depth=2,
        is_moment=True,
    )


def _window(position: int, escalation: Escalation, decision: Decision, *, now: datetime) -> Span:
    undo = undo_of(decision)
    ends = [decision.undo_until]
    if undo is not None:
        ends.append(undo.undone_at)
    elif escalation.status == Status.CANCELLED and escalation.closed_at:
        ends.append(escalation.closed_at)
    is_over = min(ends) <= now
    note = (
        _("used")
        if undo
        else _("not used")
        if is_over
        else _("until %(time)s") % {"time": clock.clock(min(ends), now=now)}
    )
    return Span(
        id=f"s{position}-u{escalation.pk}",
        kind=Kind.UNDO,
        name=_("undo window"),
        note=note,
        start=decision.decided_at,
        end=min(ends) if is_over else None,
        depth=2,
        is_waiting=True,
    )
