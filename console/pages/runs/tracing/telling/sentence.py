"""What happened in a run, in one sentence for each way it can stand; who decided is said in `people`."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agents.domain.plan import StepKind
from agents.domain.run import RunStatus, StepStatus
from agents.models import Letter, Step
from approvals.domain.escalation import Kind, Status
from approvals.models import Escalation
from console.pages.presenting import clock
from console.pages.runs.tracing import asking
from console.pages.runs.tracing.reading import Story
from console.pages.runs.tracing.telling.people import link
from console.pages.runs.tracing.telling.said import Said
from console.pages.runs.words import LIVE


def sentence(story: Story) -> Said:
    """Say where a run stands, and why."""
    if story.run.cancelled_at and story.run.status in LIVE:
        return _stopping(story)
    return _SENTENCES[RunStatus(story.run.status)](story)


def _queued(story: Story) -> Said:
    return Said(_("It waits for a worker to take it."))


def _running(story: Story) -> Said:
    step = _last(story, StepStatus.RUNNING)
    if step is None:
        return Said(_("It goes on as soon as a worker takes its next step."))
    if step.kind == StepKind.TOOL:
        return Said(_("{tool} is under way."), codes={"tool": step.name})
    return Said(
        _("The agent is at work on its next turn.") if step.kind == StepKind.MODEL else _("The customer speaks.")
    )


def _waiting(story: Story) -> Said:
    if story.letter is not None:
        return _stands_still(story, story.letter)
    open_now = [one for one in story.escalations if one.status == Status.OPEN]
    if len(open_now) > 1:
        text = _("It waits for people: {n} questions are open, the oldest since {time}.")
        return Said(text, values={"n": str(len(open_now)), "time": clock.clock(open_now[0].opened_at, now=story.now)})
    if open_now:
        return _waits_for(story, open_now[0])
    if any(one.status == Status.DECIDED for one in story.escalations):
        return Said(_("A person has decided; it goes on when the decision can no longer be undone."))
    return Said(_("It waits."))


def _stands_still(story: Story, letter: Letter) -> Said:
    values = {"time": clock.clock(letter.buried_at, now=story.now), "subject": letter.subject}
    if not story.sees_health:
        text = _(
            "It stands still since {time}: nothing more could be tried with {subject}. An admin can send it again."
        )
        return Said(text, values=values, tone="bad")
    text = _("It stands still since {time}: nothing more could be tried with {subject}. Send it again: {letter}.")
    links = {"letter": (f"{reverse('health')}#letter-{letter.pk}", _("its dead letter"))}
    return Said(text, values=values, links=links, tone="bad")


def _waits_for(story: Story, escalation: Escalation) -> Said:
    parts = {
        "since": clock.clock(escalation.opened_at, now=story.now),
        "until": clock.moment(escalation.due_at, now=story.now),
    }
    if not asking.is_seen(escalation):
        return Said(_("It waits for a person of another team since {since}, until {until}."), values=parts)
    is_for_user = escalation.kind == Kind.CONFIRMATION
    return Said(
        _("It waits for the user since {since}, until {until}: {number}, “{title}”.")
        if is_for_user
        else _("It waits for a person since {since}, until {until}: {number}, “{title}”."),
        values={**parts, "title": escalation.title},
        links={"number": link(escalation)},
    )


def _succeeded(story: Story) -> Said:
    turns = sum(step.kind == StepKind.MODEL and bool(step.ended_at) for step in story.steps)
    calls = sum(step.kind == StepKind.TOOL for step in story.steps)
    parts = {
        "turns": ngettext("%(n)s turn", "%(n)s turns", turns) % {"n": f"{turns:,}"},
        "calls": ngettext("%(n)s call", "%(n)s calls", calls) % {"n": f"{calls:,}"},
    }
    if story.stop is not None:
        text = _("Unfinished: it was ended after {turns} and {calls}, because of {limit}.")
        return Said(text, values={**parts, "limit": story.stop.sentence}, tone="warn")
    return Said(_("It ended after {turns} and {calls}."), values=parts)


def _failed(story: Story) -> Said:
    step = next((step for step in reversed(story.steps) if step.error), None)
    if step is None:
        return Said(_("It failed."))
    if story.stop is not None:
        return Said(_("It was ended as dangerous: {limit}."), values={"limit": story.stop.sentence}, tone="bad")
    at = clock.clock(step.ended_at, now=story.now) if step.ended_at else ""
    if step.kind == StepKind.TOOL:
        text = _("{tool} was given up at {time}, and the run ended there.")
        return Said(text, values={"time": at}, codes={"tool": step.name})
    text = ngettext(
        "The model gave no answer at {time}, and the run ended there.",
        "The model gave no answer at {time}, after {n} tries, and the run ended there.",
        step.epoch,
    )
    return Said(text, values={"time": at, "n": str(step.epoch)})


def _cancelled(story: Story) -> Said:
    at = story.run.cancelled_at
    values = {"time": clock.clock(at, now=story.now) if at else "", "name": story.cancelled.by}
    if not story.cancelled.by:
        return Said(_("It was cancelled at {time}."), values=values)
    return Said(_("{name} cancelled it at {time}."), values=values)


def _stopping(story: Story) -> Said:
    step = _last(story, StepStatus.RUNNING)
    if step is not None and step.kind == StepKind.TOOL:
        return Said(_("Stopping. One call is in flight: {tool}."), codes={"tool": step.name}, tone="warn")
    if step is not None:
        return Said(_("Stopping. The turn that is under way ends first; nothing follows it."), tone="warn")
    return Said(_("Stopping. A call whose outcome is unknown has to be settled first."), tone="warn")


def _last(story: Story, status: StepStatus) -> Step | None:
    return next((step for step in reversed(story.steps) if step.status == status), None)


_SENTENCES: dict[RunStatus, Callable[[Story], Said]] = {
    RunStatus.QUEUED: _queued,
    RunStatus.RUNNING: _running,
    RunStatus.WAITING: _waiting,
    RunStatus.SUCCEEDED: _succeeded,
    RunStatus.FAILED: _failed,
    RunStatus.CANCELLED: _cancelled,
}
