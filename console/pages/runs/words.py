"""The words and drawings for what runs, steps and gates say, one table each."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from agents.domain.run import RunStatus
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

GATES: dict[Outcome, Word] = {
    Outcome.ALLOW: _("allowed"),
    Outcome.CONFIRM: _("asks the user"),
    Outcome.ASK: _("asks a person"),
    Outcome.REFUSE: _("refused"),
}
