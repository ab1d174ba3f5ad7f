"""What happened to a call, one note after the other, from the first person asked to the outcome."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from agents.domain.run import OperationOutcome, StepStatus
from agents.models import Operation
from approvals.domain.decision import DecisionKind
from approvals.domain.escalation import Kind, Status
from approvals.domain.verdict import Outcome
from approvals.models import Decision, Escalation
from console.pages.presenting import clock
from console.pages.presenting import words as shown
from console.pages.runs.tracing import asking
from console.pages.runs.tracing.panel.values import Note
from console.pages.runs.tracing.reading import Detail, Story
from console.pages.runs.tracing.telling import people
from console.pages.runs.tracing.telling.said import Said


def notes(detail: Detail, story: Story) -> tuple[Note, ...]:
    """Everything that happened to a call, in the order of time."""
    asked = [note for one in detail.escalations if one.kind != Kind.INCIDENT for note in _asked(one, story)]
    incidents = [note for one in detail.escalations if one.kind == Kind.INCIDENT for note in _asked(one, story)]
    sent = [_sent(operation, detail, story) for operation in detail.operations]
    return (*_refused(detail), *asked, *sent, *incidents, *_cancelled(detail))


def _refused(detail: Detail) -> Iterator[Note]:
    if any(verdict.outcome == Outcome.REFUSE for verdict in detail.verdicts):
        yield Note("no", "warn", Said(_("The gate refused it. Nothing was done, and the agent was told why.")))


def _cancelled(detail: Detail) -> Iterator[Note]:
    if detail.step.status == StepStatus.CANCELLED:
        yield Note("stop", "", Said(_("The run was cancelled before this was done.")))


def _asked(escalation: Escalation, story: Story) -> Iterator[Note]:
    decision = asking.decision_of(escalation)
    if decision is not None:
        yield _decided(escalation, decision, story)
        if undo := asking.undo_of(decision):
            values = {"name": undo.by.name, "time": clock.clock(undo.undone_at, now=story.now)}
            yield Note("rev", "", Said(_("{name} took that back at {time}."), values=values))
    elif escalation.status == Status.OPEN:
        yield _open(escalation, story)
    elif escalation.kind == Kind.CONFIRMATION and escalation.closed_at:
        values = {"time": clock.clock(escalation.closed_at, now=story.now)}
        yield Note("clock", "", Said(_("The user was asked until {time}, and then somebody here."), values=values))
    elif escalation.status == Status.EXPIRED and escalation.closed_at:
        values = {"time": clock.clock(escalation.closed_at, now=story.now)}
        yield Note("clock", "warn", Said(_("Nobody decided by {time}, so it was not done."), values=values))


def _open(escalation: Escalation, story: Story) -> Note:
    values = {
        "since": clock.clock(escalation.opened_at, now=story.now),
        "until": clock.moment(escalation.due_at, now=story.now),
    }
    if not asking.is_seen(escalation):
        return Note("clock", "hum", Said(_("It waits for another team since {since}, until {until}."), values=values))
    links = {"number": people.link(escalation)}
    if escalation.kind == Kind.CONFIRMATION:
        text = _("{number} waits for the user since {since}, until {until}.")
        return Note("clock", "hum", Said(text, values=values, links=links))
    return Note(
        "clock", "hum", Said(_("{number} waits for a person since {since}, until {until}."), values=values, links=links)
    )


def _decided(escalation: Escalation, decision: Decision, story: Story) -> Note:
    tone = "bad" if decision.kind == DecisionKind.REJECT else "hum"
    reason = _reason(decision) if asking.is_seen(escalation) else ""
    return Note("person", tone, people.did(escalation, decision, story), quote=reason)


def _reason(decision: Decision) -> str:
    word = shown.reason_word(decision.reason_code)
    if word and decision.reason:
        return _("%(code)s: %(words)s") % {"code": word, "words": decision.reason}
    return word or decision.reason


def _sent(operation: Operation, detail: Detail, story: Story) -> Note:
    began = clock.clock(operation.started_at, now=story.now)
    ended = clock.clock(operation.ended_at, now=story.now) if operation.ended_at else ""
    values = {"began": began, "ended": ended}
    is_counted = any(verdict.is_counted for verdict in detail.verdicts)
    match operation.outcome:
        case None:
            return Note("bolt", "hum", Said(_("Sent at {began}; there is no answer yet."), values=values))
        case OperationOutcome.UNKNOWN:
            text = _("Sent at {began}, without an answer. Whether it happened is unknown; nothing is repeated.")
            return Note("no", "bad", Said(text, values=values))
        case OperationOutcome.FAILED:
            return Note("no", "bad", Said(_("It failed at {ended}, and nothing was changed by it."), values=values))
        case _ if is_counted:
            return Note("yes", "ok", Said(_("Done: it changed the world at {ended}."), values=values))
        case _:
            return Note("yes", "ok", Said(_("It answered at {ended}."), values=values))
