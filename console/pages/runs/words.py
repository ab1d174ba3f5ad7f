"""The words and drawings for what runs, steps and gates say, one table each."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from agents.domain.run import RunStatus
from approvals.domain.decision import DecisionKind
from approvals.domain.verdict import Outcome
from console.pages.presenting.words import Word


class Standing(NamedTuple):
    """A status as a chip: colour never speaks alone."""

    word: Word
    icon: str
    tone: str


STANDINGS: dict[RunStatus, Standing] = {
    RunStatus.QUEUED: Standing(_("Queued"), "clock", ""),
    RunStatus.RUNNING: Standing(_("Running"), "pulse", "hum"),
    RunStatus.WAITING: Standing(_("Waiting"), "person", "hum"),
    RunStatus.SUCCEEDED: Standing(_("Succeeded"), "yes", "ok"),
    RunStatus.FAILED: Standing(_("Failed"), "no", "bad"),
    RunStatus.CANCELLED: Standing(_("Cancelled"), "stop", ""),
}
STOPPING = Standing(_("Stopping"), "stop", "warn")
LIVE = (RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.WAITING)

COUNTED: dict[Outcome, Word] = {
    Outcome.ALLOW: _("allowed"),
    Outcome.CONFIRM: _("asked the user"),
    Outcome.ASK: _("asked"),
    Outcome.REFUSE: _("refused"),
}
SAID: dict[DecisionKind, Word] = {
    DecisionKind.APPROVE: _("approved"),
    DecisionKind.EDIT: _("changed and approved"),
    DecisionKind.REJECT: _("rejected"),
    DecisionKind.REVISE: _("sent back"),
    DecisionKind.ANSWER: _("answered"),
    DecisionKind.TAKE_OVER: _("took over"),
    DecisionKind.GIVE_BACK: _("gave it back"),
    DecisionKind.END_RUN: _("ended the run"),
    DecisionKind.HAPPENED: _("it happened"),
    DecisionKind.NOT_HAPPENED: _("it did not happen"),
    DecisionKind.REPEAT: _("to be repeated"),
}
"""A decision in a word or two."""
DID: dict[DecisionKind, Word] = {
    DecisionKind.APPROVE: _("{name} approved {number} at {time}."),
    DecisionKind.EDIT: _("{name} changed and approved {number} at {time}."),
    DecisionKind.REJECT: _("{name} rejected {number} at {time}."),
    DecisionKind.REVISE: _("{name} sent {number} back at {time}."),
    DecisionKind.ANSWER: _("{name} answered {number} at {time}."),
    DecisionKind.TAKE_OVER: _("{name} took {number} over at {time}."),
    DecisionKind.GIVE_BACK: _("{name} gave {number} back to the agent at {time}."),
    DecisionKind.END_RUN: _("{name} ended the run in {number} at {time}."),
    DecisionKind.HAPPENED: _("{name} recorded at {time} that {number} happened."),
    DecisionKind.NOT_HAPPENED: _("{name} recorded at {time} that {number} did not happen."),
    DecisionKind.REPEAT: _("{name} gave a new right for {number} at {time}."),
}
"""A decision as a sentence; `{number}` is the escalation."""

GATES: dict[Outcome, Word] = {
    Outcome.ALLOW: _("allowed"),
    Outcome.CONFIRM: _("asks the user"),
    Outcome.ASK: _("asks a person"),
    Outcome.REFUSE: _("refused"),
}
