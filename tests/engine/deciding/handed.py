"""A call that waits for a person, and what people do with the conversation it belongs to."""

from typing import Any
from uuid import uuid4

from agents.models import Run, Step
from approvals.domain.decision import DecisionKind
from approvals.inbox.claiming import conversing, taking
from approvals.models import Decision, Escalation, Member
from tests import cast
from tests.flows import desk

BYE = {"text": "I am done.", "is_final": True}


def waiting(*turns: dict[str, Any], **terms: Any) -> tuple[Run, Escalation]:
    """A run whose cancelling of an order waits for an approval; `turns` come behind it."""
    desk.rules(**terms)
    run = desk.submit(desk.turn(desk.CANCEL), *turns)
    desk.work()
    return run, desk.only_open()


def take(escalation: Escalation, *, by: Member | None = None) -> Escalation:
    """Mara (or somebody else) takes the conversation over."""
    said = desk.said(escalation, DecisionKind.TAKE_OVER)
    return taking.take_over(escalation, by=by or cast.mara(), said=said)


def taken(*turns: dict[str, Any], **terms: Any) -> tuple[Run, Escalation]:
    """A run whose conversation Mara has."""
    run, asked = waiting(*turns, **terms)
    return run, reloaded(take(asked))


def reloaded(escalation: Escalation) -> Escalation:
    """As it is now, with what a page shows."""
    return Escalation.objects.select_related("evidence", "verdict").get(pk=escalation.pk)


def write(handoff: Escalation, text: str, *, by: Member | None = None) -> bool:
    """Mara (or somebody else) writes to the user."""
    return conversing.send(handoff, by=by or cast.mara(), key=uuid4(), text=text)


def give_back(handoff: Escalation, note: str = "Offer an exchange.", *, by: Member | None = None) -> Decision:
    """Mara (or somebody else) lets the agent go on."""
    return desk.decide(handoff, DecisionKind.GIVE_BACK, by=by, reason=note)


def end(handoff: Escalation, why: str = "Settled by phone.") -> Decision:
    """Mara ends the run."""
    return desk.decide(handoff, DecisionKind.END_RUN, reason=why)


def step_of(escalation: Escalation) -> Step:
    """The step that was handed over."""
    return Step.objects.get(key=escalation.origin)
