"""The words and drawings for risks, kinds and decisions, one table each."""

from datetime import datetime
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from approvals.domain.decision import DECLINED, REJECT_REASONS, DecisionKind
from approvals.domain.escalation import Kind, Status
from approvals.domain.tool import Reversibility
from approvals.models import Decision, Escalation
from console.pages.presenting import clock

Word = Promise | str


class Risk(NamedTuple):
    """A risk is a shape plus words; colour never speaks alone."""

    icon: str
    tone: str
    fact: Word
    word: Word


RISKS = {
    Reversibility.IRREVERSIBLE: Risk("irrev", "bad", _("Irreversible once sent"), _("irreversible")),
    Reversibility.COSTLY: Risk("costly", "warn", _("Costly to undo"), _("costly to undo")),
    Reversibility.REVERSIBLE: Risk("rev", "t2", _("Can be undone"), _("can be undone")),
}

KINDS: dict[Kind, Word] = {
    Kind.APPROVAL: _("Approve"),
    Kind.QUESTION: _("Question"),
    Kind.CONFIRMATION: _("Confirm"),
    Kind.HANDOFF: _("Handoff"),
    Kind.COLLABORATION: _("Live"),
    Kind.INCIDENT: _("Incident"),
}
KIND_ICONS = {
    Kind.QUESTION: ("ask", "t2"),
    Kind.CONFIRMATION: ("ask", "t2"),
    Kind.HANDOFF: ("hand", "t2"),
    Kind.COLLABORATION: ("pulse", "hum"),
    Kind.INCIDENT: ("bolt", "bad"),
}
CLOSED: dict[Status, Word] = {
    Status.DECIDED: _("Already decided"),
    Status.APPLIED: _("Already decided"),
    Status.EXPIRED: _("Time ran out"),
    Status.CANCELLED: _("Cancelled"),
    Status.SUPERSEDED: _("Undone"),
}
AT_ZERO: dict[Kind, Word] = {
    Kind.INCIDENT: _("then it stays unknown, nothing is repeated"),
    Kind.HANDOFF: _("then it stays here, the agent goes on waiting"),
    Kind.QUESTION: _("then the agent gets no answer, nothing runs"),
    Kind.CONFIRMATION: _("then a reviewer is asked"),
}
AT_ZERO_ELSE = _("then rejected automatically")


PASSED_ON = _("The user was asked until %(time)s. It goes on as a new escalation.")
UNDONE = _("This was undone at %(time)s. It waits again as a new escalation.")


class Past(NamedTuple):
    """A kind of decision once it is taken: alone, by another, by oneself, by another before oneself."""

    word: Word
    by: Word
    own: Word
    first: Word


DECIDED = Past(
    _("Decided"),
    _("%(name)s decided this at %(time)s."),
    _("You decided this at %(time)s."),
    _("%(name)s decided this at %(time)s, before you."),
)
PASTS = {
    DecisionKind.APPROVE: Past(
        _("Approved"),
        _("%(name)s approved this at %(time)s."),
        _("You approved this at %(time)s."),
        _("%(name)s approved this at %(time)s, before you."),
    ),
    DecisionKind.REJECT: Past(
        _("Rejected"),
        _("%(name)s rejected this at %(time)s."),
        _("You rejected this at %(time)s."),
        _("%(name)s rejected this at %(time)s, before you."),
    ),
    DecisionKind.EDIT: Past(
        _("Approved with changes"),
        _("%(name)s approved this with changes at %(time)s."),
        _("You approved this with changes at %(time)s."),
        _("%(name)s approved this with changes at %(time)s, before you."),
    ),
    DecisionKind.REVISE: Past(
        _("Sent back"),
        _("%(name)s sent this back to the agent at %(time)s."),
        _("You sent this back to the agent at %(time)s."),
        _("%(name)s sent this back to the agent at %(time)s, before you."),
    ),
    DecisionKind.ANSWER: Past(
        _("Answered"),
        _("%(name)s answered this at %(time)s."),
        _("You answered this at %(time)s."),
        _("%(name)s answered this at %(time)s, before you."),
    ),
    DecisionKind.TAKE_OVER: Past(
        _("Taken over"),
        _("%(name)s took the conversation over at %(time)s."),
        _("You took the conversation over at %(time)s."),
        _("%(name)s took the conversation over at %(time)s, before you."),
    ),
    DecisionKind.GIVE_BACK: Past(
        _("Given back"),
        _("%(name)s gave the conversation back to the agent at %(time)s."),
        _("You gave the conversation back to the agent at %(time)s."),
        _("%(name)s gave the conversation back at %(time)s, before you."),
    ),
    DecisionKind.END_RUN: Past(
        _("Run ended"),
        _("%(name)s ended the run at %(time)s."),
        _("You ended the run at %(time)s."),
        _("%(name)s ended the run at %(time)s, before you."),
    ),
    DecisionKind.HAPPENED: Past(
        _("It happened"),
        _("%(name)s recorded at %(time)s that it happened."),
        _("You recorded at %(time)s that it happened."),
        _("%(name)s recorded at %(time)s, before you, that it happened."),
    ),
    DecisionKind.NOT_HAPPENED: Past(
        _("It did not happen"),
        _("%(name)s recorded at %(time)s that it did not happen."),
        _("You recorded at %(time)s that it did not happen."),
        _("%(name)s recorded at %(time)s, before you, that it did not happen."),
    ),
    DecisionKind.REPEAT: Past(
        _("To be repeated"),
        _("%(name)s gave a new right at %(time)s to do it again."),
        _("You gave a new right at %(time)s to do it again."),
        _("%(name)s gave a new right at %(time)s, before you, to do it again."),
    ),
}

INCIDENT_ANSWERS = (
    (DecisionKind.HAPPENED, _("It happened")),
    (DecisionKind.NOT_HAPPENED, _("It did not")),
    (DecisionKind.REPEAT, _("Do it again with a new right")),
)
# The reasons of the domain once more, where gettext finds them.
_REASON_WORDS = (
    _("A value is wrong"),
    _("The wrong action"),
    _("The customer did not ask for this"),
    _("Against policy"),
    _("Already done"),
    _("Follows text that is not the customer's"),
    _("Another reason"),
)
REASONS = {code: _(words) for code, words in REJECT_REASONS}
PARTS: dict[str, Word] = {
    "tool_choice": _("Tool choice"),
    "arguments": _("Arguments"),
    "grounding": _("Grounding"),
    "self_critique": _("Self-critique"),
    "verifier": _("Verifier"),
    "agreement": _("Agreement"),
    "precedent": _("Precedent"),
}
STOPS: dict[str, Word] = {
    "halted": _("Halted"),
    "unknown_tool": _("Unknown tool"),
    "schema": _("Arguments"),
    "limit": _("Limit"),
    "rule": _("Rule"),
    "trigger": _("Trigger"),
    "destructive": _("Destructive"),
    "grounding": _("Not grounded"),
    "no_threshold": _("No threshold"),
    "score": _("Score"),
    "odd_score": _("No score"),
    "audit": _("Random audit"),
    "objection": _("Objection"),
    "handoff": _("Handed over"),
    "fault": _("Fault"),
}


def author(decision: Decision, *, is_first: bool = False) -> str:
    """Who decided, by name; the end user has none here. `is_first` where a sentence begins with it."""
    if decision.by is not None:
        return decision.by.name
    return _gettext("The user") if is_first else _gettext("the user")


def past(kind: str) -> Past:
    """The words for a decision, whatever its kind."""
    return PASTS.get(DecisionKind(kind), DECIDED)


def reason_word(code: str) -> str:
    """The words of a reason code; none for an end user's no, whose reason says it."""
    return "" if code == DECLINED else str(REASONS.get(code, code))


def closed(escalation: Escalation) -> Word:
    """How an escalation ended that nobody decided."""
    if (escalation.kind, escalation.status) == (Kind.CONFIRMATION, Status.SUPERSEDED):
        return _gettext("Passed on")
    # Whoever has no decision at hand would have to ask for it, and only this one can have one.
    is_taken = escalation.status == Status.SUPERSEDED and getattr(escalation, "decision", None) is not None
    if is_taken and escalation.decision.kind == DecisionKind.TAKE_OVER:
        return past(DecisionKind.TAKE_OVER).word
    return CLOSED.get(Status(escalation.status), "")


def superseded(escalation: Escalation, *, now: datetime) -> str:
    """How it came that another escalation stands in the place of this one."""
    decision: Decision | None = getattr(escalation, "decision", None)
    at = clock.clock(escalation.closed_at or escalation.due_at, now=now)
    if decision is not None and decision.kind == DecisionKind.TAKE_OVER:
        return str(past(decision.kind).by) % {"name": author(decision, is_first=True), "time": at}
    return str(PASSED_ON if escalation.kind == Kind.CONFIRMATION else UNDONE) % {"time": at}


def risk_of(value: str) -> Risk:
    """The words for a risk as stored."""
    return RISKS[Reversibility(value)]
