"""Whether a run changed the world: said from its operations, unknown before made, and never guessed."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agents.domain.run import OperationOutcome
from agents.models import Operation
from approvals.domain.escalation import Kind, Status
from approvals.models import Escalation
from console.pages.runs.tracing import asking
from console.pages.runs.tracing.reading import Story
from console.pages.runs.tracing.telling.people import link
from console.pages.runs.tracing.telling.said import Said
from console.pages.runs.words import LIVE

MOST_NAMED = 3


def world(story: Story) -> tuple[Said, ...]:
    """The sentences about the world: what is unknown, what was made, what is under way; else that nothing changed."""
    unknown, made, begun = (
        _with(story, outcome) for outcome in (OperationOutcome.UNKNOWN, OperationOutcome.SUCCEEDED, None)
    )
    said = (*(_unknown(story, one) for one in unknown[:1]), *_made(story, made), *_begun(begun))
    return said or (_nothing(story),)


def titles(story: Story, operations: Sequence[Operation]) -> str:
    """What effects did, by the title people saw or else the tool; a few of them."""
    names = [_title(story, operation) for operation in operations]
    shown, more = ", ".join(names[:MOST_NAMED]), len(names) - MOST_NAMED
    return _("%(names)s and %(n)s more") % {"names": shown, "n": more} if more > 0 else shown


def _with(story: Story, outcome: OperationOutcome | None) -> list[Operation]:
    return [operation for operation in story.effects if operation.outcome == outcome]


def _title(story: Story, operation: Operation) -> str:
    asked = [one for one in story.escalations_of.get(operation.origin, ()) if asking.is_seen(one)]
    return asked[0].title if asked else operation.tool


def _unknown(story: Story, operation: Operation) -> Said:
    incident = _incident(story, operation)
    if incident is None:
        return Said(_("Whether {tool} happened is unknown."), codes={"tool": operation.tool}, tone="warn")
    return Said(
        _("Whether {tool} happened is unknown; {number} asks a person."),
        codes={"tool": operation.tool},
        links={"number": link(incident)},
        tone="warn",
    )


def _incident(story: Story, operation: Operation) -> Escalation | None:
    asked = story.escalations_of.get(operation.origin, ())
    incidents = [
        one for one in asked if one.kind == Kind.INCIDENT and one.status == Status.OPEN and asking.is_seen(one)
    ]
    return incidents[-1] if incidents else None


def _made(story: Story, made: list[Operation]) -> tuple[Said, ...]:
    if not made:
        return ()
    text = ngettext("{n} change was made: {what}.", "{n} changes were made: {what}.", len(made))
    return (Said(text.replace("{n}", f"{len(made):,}"), values={"what": titles(story, made)}, tone="strong"),)


def _begun(begun: list[Operation]) -> tuple[Said, ...]:
    if not begun:
        return ()
    return (Said(_("{tool} is under way, so something may change."), codes={"tool": begun[-1].tool}, tone="hum"),)


def _nothing(story: Story) -> Said:
    if story.run.status in LIVE:
        return Said(_("Nothing has changed so far."), tone="ok")
    if story.effects:
        return Said(_("Nothing changed: what was tried failed."), tone="ok")
    if any(verdict.is_counted for verdict in story.verdicts):
        return Said(_("Nothing changed: what would have changed something was not done."), tone="ok")
    return Said(_("Nothing changed: it only read."), tone="ok")
