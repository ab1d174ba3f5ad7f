"""Find the labels a page shows: those of decisions the reader may see, by key and counted to a bound."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from agents.models import Run
from approvals.domain.label import Source
from approvals.learning import exporting
from approvals.models import Escalation, Label, Member
from console.pages.labels.words import WORDS
from console.pages.runs.filter import grammar, relaxing
from console.pages.runs.filter.grammar import Filter
from console.pages.runs.filter.relaxing import COUNTED

PAGE_SIZE = 50
HEAVY = ("payload", "payload_sha256", "features", "challenger_scores", "score_parts", "reasons")


def page_of(member: Member, found: Filter, *, before: int | None, now: datetime) -> list[Label]:
    """The next page, newest first, one more than its size when there are more."""
    rows = _found(member, found, now=now)
    if before:
        rows = rows.filter(pk__lt=before)
    told = rows.select_related("verdict", "decision__escalation", "by", "superseded_by")
    light = told.defer(*(f"verdict__{name}" for name in HEAVY), "decision__payload")
    return list(light.order_by("-pk")[: PAGE_SIZE + 1])


def count(member: Member, found: Filter, *, now: datetime) -> int:
    """How many there are, up to one more than the bound."""
    return _found(member, found, now=now)[: COUNTED + 1].count()


def lacking(member: Member, found: Filter, *, now: datetime) -> list[int]:
    """How many there would be without each term in turn."""
    return relaxing.lacking(found, lambda other: _found(member, other, now=now))


def traced(member: Member, labels: Sequence[Label]) -> set[UUID]:
    """Which of their runs were carried here and have a trace; others were carried elsewhere."""
    keys = {label.verdict.run_key for label in labels}
    return set(Run.objects.visible_to(member).filter(key__in=keys).values_list("key", flat=True))


def watermark(member: Member) -> int:
    """The newest label of the tenant as the page was read: the exports it offers hold nothing later."""
    return exporting.newest(member.tenant_id)


def _found(member: Member, found: Filter, *, now: datetime) -> QuerySet[Label]:
    return _visible(member).filter(grammar.narrowed(found, WORDS, now=now))


def _visible(member: Member) -> QuerySet[Label]:
    """Of the tenant; where a decision stands behind a label, only if the reader may see what was decided."""
    seen = Escalation.objects.visible_to(member)
    rows = Label.objects.filter(Q(decision=None) | Q(decision__escalation__in=seen), tenant_id=member.tenant_id)
    # What was said to planted mistakes is nobody else's to read.
    return rows.exclude(source=Source.SEED)
