"""What stood in a run's way: what the gate refused, who decided, what nobody answered."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.domain.decision import DecisionKind
from approvals.domain.escalation import Status
from approvals.domain.verdict import Outcome
from approvals.models import Decision, Escalation
from console.pages.presenting import clock
from console.pages.runs import words
from console.pages.runs.tracing import asking
from console.pages.runs.tracing.reading import Story
from console.pages.runs.tracing.telling.said import Said

Taken = tuple[Escalation, Decision]


def people(story: Story) -> Iterator[Said]:
    """The sentences about gate and people; none for a run that nothing stopped."""
    refused = sum(verdict.outcome == Outcome.REFUSE for verdict in story.verdicts)
    if refused:
        text = ngettext("The gate refused {n} call.", "The gate refused {n} calls.", refused)
        yield Said(text, values={"n": f"{refused:,}"})
    taken = [(one, decision) for one in story.escalations if (decision := _standing(one))]
    if len(taken) == 1:
        yield did(*taken[0], story)
    elif taken:
        yield _several(taken)
    expired = [one for one in story.escalations if one.status == Status.EXPIRED]
    if expired:
        text = ngettext("Nobody answered {n} question in time.", "Nobody answered {n} questions in time.", len(expired))
        yield Said(text, values={"n": f"{len(expired):,}"})


def did(escalation: Escalation, decision: Decision, story: Story) -> Said:
    """One decision as a sentence, with its escalation as a link for those who may open it."""
    values = {"name": asking.name_of(escalation, decision), "time": clock.clock(decision.decided_at, now=story.now)}
    text = str(words.DID[DecisionKind(decision.kind)])
    if not asking.is_seen(escalation):
        return Said(text, values={**values, "number": _("a question")})
    return Said(text, values=values, links={"number": link(escalation)})


def link(escalation: Escalation) -> tuple[str, str]:
    """Where an escalation is, and its number."""
    return reverse("escalation", args=[escalation.pk]), str(escalation)


def _standing(escalation: Escalation) -> Decision | None:
    """The decision, unless it was undone or came to nothing."""
    return asking.decision_of(escalation) if escalation.status in (Status.DECIDED, Status.APPLIED) else None


def _several(taken: list[Taken]) -> Said:
    names = {asking.name_of(*one) for one in taken}
    n = f"{len(taken):,}"
    if len(names) == 1:
        text = ngettext("{name} decided {n} time.", "{name} decided {n} times.", len(taken))
        return Said(text, values={"name": names.pop(), "n": n})
    return Said(ngettext("People decided {n} time.", "People decided {n} times.", len(taken)), values={"n": n})
