"""The words that narrow labels."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.domain.label import Source, Teaching
from console.pages.runs.filter import values
from console.pages.runs.filter.grammar import BARE, Word

STATES = {
    "standing": Q(superseded_by=None) & ~Q(teaching=Teaching.WITHDRAWN),
    "corrected": Q(superseded_by__isnull=False),
}


def _stands(states: Sequence[str], _now: datetime) -> Q:
    condition = Q()
    for state in states:
        condition |= STATES[state]
    return condition


def _anything(texts: Sequence[str], now: datetime) -> Q:
    """Each text in the title of the escalation, in the name of the tool, or as the start of the run's id."""
    condition = Q()
    for text in texts:
        found = Q(decision__escalation__title__icontains=text) | Q(verdict__tool__icontains=text)
        condition &= found | values.keys("verdict__run_key")([text], now) if values.is_key(text) else found
    return condition


WORDS: dict[str, Word] = {
    "tool": Word(values.check_name, values.names("verdict__tool"), _("the tool that was called: tool:cancel_*")),
    "teaching": Word(values.one_of(Teaching), values.exactly("teaching"), _("what it says: teaching:wrong")),
    "source": Word(values.one_of(Source), values.exactly("source"), _("where it came from: source:review")),
    "route": Word(values.check_name, values.names("verdict__route"), _("the route of the call: route:retail-assist/*")),
    "agent": Word(values.check_name, values.names("verdict__agent"), _("who asked: agent:retail-assist")),
    "state": Word(values.one_of(STATES), _stands, _("whether it still stands: state:standing")),
    "run": Word(values.check_key, values.keys("verdict__run_key"), _("the start of a run’s id: run:8f31c2")),
    "since": Word(values.check_moment, values.since("decided_at"), _("decided after: since:7d"), is_once=True),
    BARE: Word(values.check_text, _anything, _("Text without a word before it is sought in the title and the tool.")),
    "until": Word(values.check_moment, values.until("decided_at"), _("decided before: until:2026-11-20"), is_once=True),
}
SUGGESTED = ("teaching:wrong", "teaching:right", "source:review", "source:audit", "state:standing", "since:7d")
