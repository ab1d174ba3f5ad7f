"""The page of labels as its templates show it."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from approvals.domain.label import Source, Teaching
from approvals.models import Label
from console.pages.labels.finding import PAGE_SIZE
from console.pages.labels.words import SUGGESTED, WORDS
from console.pages.presenting import clock
from console.pages.presenting import words as shown
from console.pages.presenting.words import Word
from console.pages.runs.filter import chips, relaxing
from console.pages.runs.filter.chips import Sought, sought
from console.pages.runs.filter.grammar import Filter
from console.pages.runs.filter.relaxing import COUNTED

TEACHINGS: dict[Teaching, tuple[Word, str, str]] = {
    Teaching.RIGHT: (gettext_lazy("right"), "yes", "ok"),
    Teaching.WRONG: (gettext_lazy("wrong"), "no", "bad"),
    Teaching.WITHDRAWN: (gettext_lazy("withdrawn"), "rev", ""),
}
SOURCES: dict[Source, Word] = {
    Source.REVIEW: gettext_lazy("review"),
    Source.USER_CONFIRM: gettext_lazy("the user’s own answer"),
    Source.AUDIT: gettext_lazy("blind audit"),
    Source.DOUBLE: gettext_lazy("second review"),
    Source.SEED: gettext_lazy("known answer"),
    Source.ADJUDICATION: gettext_lazy("adjudication"),
    Source.INCIDENT: gettext_lazy("incident"),
}


@dataclass(frozen=True)
class Row:
    """One label; `title`, `tool` and `reason` came from outside."""

    id: int
    title: str
    tool: str
    score: str
    route: str
    teaching: Word
    icon: str
    tone: str
    reason: str
    source: Word
    by: str
    decided: str
    decided_at: str
    mark: str
    """Why it does not stand; empty when it does."""
    escalation: tuple[str, str] | None
    """Address and number."""
    run: tuple[str, str] | None


@dataclass(frozen=True)
class Listing:
    """One page of labels with what was sought."""

    sought: Sought
    rows: tuple[Row, ...]
    count: str
    older: str
    newest: str
    until: int
    """The watermark the exports carry."""
    may_export: bool
    said: str
    """Of an empty page: what there would be without one of the terms."""


def listing(
    labels: Sequence[Label],
    traced: AbstractSet[UUID],
    *,
    found: Filter,
    count: int,
    lacking: Sequence[int] = (),
    until: int,
    is_first: bool,
    may_export: bool,
    now: datetime,
) -> Listing:
    """Write a page of labels; `labels` holds one more than a page when another follows."""
    page = labels[:PAGE_SIZE]
    return Listing(
        sought=sought(found, WORDS, offers=SUGGESTED),
        rows=tuple(_row(label, has_trace=label.verdict.run_key in traced, now=now) for label in page),
        count=_count(count),
        older=chips.address(found, before=str(page[-1].pk)) if len(labels) > PAGE_SIZE else "",
        newest="" if is_first else chips.address(found) or "?",
        until=until,
        may_export=may_export,
        said=relaxing.sentence(found, lacking),
    )


def _row(label: Label, *, has_trace: bool, now: datetime) -> Row:
    verdict, decision = label.verdict, label.decision
    word, icon, tone = TEACHINGS[Teaching(label.teaching)]
    run = (reverse("trace", args=[verdict.run_key]), verdict.run_key.hex[:6]) if has_trace else None
    return Row(
        id=label.pk,
        title=decision.escalation.title if decision else verdict.tool,
        tool=verdict.tool,
        score="" if verdict.score is None else f"{verdict.score:.2f}",
        route=verdict.route,
        teaching=word,
        icon=icon,
        tone=tone,
        reason=_reason(label),
        source=SOURCES[Source(label.source)],
        by=_by(label),
        decided=clock.clock(label.decided_at, now=now),
        decided_at=label.decided_at.isoformat(),
        mark=_mark(label),
        escalation=(reverse("escalation", args=[decision.escalation_id]), str(decision.escalation))
        if decision
        else None,
        run=run,
    )


def _by(label: Label) -> str:
    """Who taught it; an end user has no name here."""
    if label.by is not None:
        return label.by.name
    return _("the user") if label.source == Source.USER_CONFIRM else ""


def _reason(label: Label) -> str:
    """Why, as far as somebody said it."""
    if label.teaching == Teaching.WITHDRAWN:
        return ""
    code, words = (said.reason_code, said.reason) if (said := label.decision) else (label.reason_code, label.reason)
    word = shown.reason_word(code)
    if word and words:
        return _("%(code)s: %(words)s") % {"code": word, "words": words}
    return word or words


def _mark(label: Label) -> str:
    later = getattr(label, "superseded_by", None)
    if later is not None and later.teaching == Teaching.WITHDRAWN:
        return _("withdrawn by label %(n)s") % {"n": later.pk}
    if later is not None:
        return _("superseded by label %(n)s") % {"n": later.pk}
    return _("takes back label %(n)s") % {"n": label.supersedes_id} if label.teaching == Teaching.WITHDRAWN else ""


def _count(number: int) -> str:
    if number > COUNTED:
        return _("%(n)s+ labels") % {"n": f"{COUNTED:,}"}
    return ngettext("%(n)s label", "%(n)s labels", number) % {"n": f"{number:,}"}
