"""The words that narrow runs."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agents.domain.plan import StepKind
from agents.domain.run import OperationOutcome, RunStatus
from agents.models import Operation, Step
from approvals.domain.verdict import Outcome
from approvals.models import Verdict
from console.pages.runs.filter import values
from console.pages.runs.filter.grammar import BARE, Word


def _calls(names: Sequence[str], _now: datetime) -> Q:
    steps = Step.objects.filter(values.named("name", names), run=OuterRef("pk"), kind=StepKind.TOOL)
    return Q(Exists(steps))


def _effects(outcomes: Sequence[str], _now: datetime) -> Q:
    """What became of effects; reads are no effects."""
    counted = Verdict.objects.filter(origin=OuterRef("origin"), is_counted=True)
    effects = Operation.objects.filter(Exists(counted), step__run=OuterRef("pk"), outcome__in=list(outcomes))
    return Q(Exists(effects))


def _verdicts(outcomes: Sequence[str], _now: datetime) -> Q:
    return Q(Exists(Verdict.objects.filter(run_key=OuterRef("key"), outcome__in=list(outcomes))))


def _titles(texts: Sequence[str], _now: datetime) -> Q:
    condition = Q()
    for text in texts:
        condition |= Q(request__title__icontains=text)
    return condition


def _anything(texts: Sequence[str], now: datetime) -> Q:
    """Each text in the title or as the start of the id."""
    condition = Q()
    for text in texts:
        in_title = Q(request__title__icontains=text)
        condition &= in_title | values.keys("key")([text], now) if values.is_key(text) else in_title
    return condition


WORDS: dict[str, Word] = {
    "status": Word(values.one_of(RunStatus), values.exactly("status"), _("where it stands: status:failed")),
    "tool": Word(values.check_name, _calls, _("a tool it called: tool:cancel_*")),
    "agent": Word(values.check_name, values.names("agent"), _("who ran: agent:retail-assist")),
    "gate": Word(values.one_of(Outcome), _verdicts, _("what the gate said of a call: gate:refuse")),
    "outcome": Word(values.one_of(OperationOutcome), _effects, _("how an effect ended: outcome:unknown")),
    "title": Word(values.check_text, _titles, _('part of the title: title:"order 77120"')),
    "run": Word(values.check_key, values.keys("key"), _("the start of its id: run:8f31c2")),
    "since": Word(values.check_moment, values.since("created_at"), _("started after: since:2h"), is_once=True),
    BARE: Word(values.check_text, _anything, _("Text without a word before it is sought in the title and the id.")),
    "until": Word(values.check_moment, values.until("created_at"), _("started before: until:2026-11-20"), is_once=True),
}
SUGGESTED = ("status:failed", "status:waiting", "status:running", "gate:refuse", "outcome:unknown", "since:1d")
