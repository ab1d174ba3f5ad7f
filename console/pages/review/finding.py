"""Find what the queue shows: only what this person may see, and never by counting all of it."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, Exists, Max, OuterRef, Q
from django.db.models.functions import Now
from django.shortcuts import get_object_or_404
from django.utils import timezone

from agents.models import Run
from approvals.domain.escalation import Status
from approvals.models import Decision, Escalation, Member
from approvals.models.escalation import EscalationQuerySet
from console.pages.presenting.clock import SOON
from console.pages.presenting.listing import COUNTED

MOST_NEW = 100


def escalation(member: Member, escalation_id: int) -> Escalation:
    """One escalation with everything its page shows, or a 404 that does not tell absent from foreign."""
    rows = _visible(member).select_related(
        "evidence", "claimed_by", "decision__by", "successor", "supersedes__decision"
    )
    # Asked about from elsewhere it has no run here, and so no trace to open.
    traced = rows.annotate(has_trace=Exists(Run.objects.filter(key=OuterRef("run_key"))))
    return get_object_or_404(traced, pk=escalation_id)


def page_of(member: Member, *, after: tuple[datetime, int] | None, size: int) -> Sequence[Escalation]:
    """The next open ones by deadline, one more than `size` when there are more; by key, not by offset."""
    rows = _visible(member).open().select_related("claimed_by")
    if after:
        rows = _behind(rows, *after)
    return list(rows[: size + 1])


def first(member: Member, *, behind: Escalation | None = None) -> Escalation | None:
    """The next one that nobody else holds, after `behind` if there is one, else from the start."""
    rows = _visible(member).open().filter(Q(claimed_until=None) | Q(claimed_until__lte=Now()) | Q(claimed_by=member))
    following = _behind(rows, behind.due_at, behind.pk).first() if behind else None
    return following or rows.first()


def numbers(member: Member) -> dict[str, int]:
    """How many are open and how many of them are due soon, each counted to a ceiling."""
    counted = _visible(member).open()[:COUNTED]
    soon = Count("pk", filter=Q(due_at__lt=timezone.now() + SOON))
    return Escalation.objects.filter(pk__in=counted.values("pk")).aggregate(open=Count("pk"), soon=soon)


def newest(member: Member) -> int:
    """The highest id this person can see: what comes later is new."""
    return _visible(member).aggregate(newest=Max("pk"))["newest"] or 0


def how_many_new(member: Member, *, since: int) -> int:
    """How many open ones came after `since`, counted to a ceiling."""
    return _visible(member).open().filter(pk__gt=since).order_by("pk")[:MOST_NEW].count()


def last_decision(member: Member) -> Decision | None:
    """The person's last decision whose time to undo still runs, by database time."""
    rows = Escalation.objects.filter(status=Status.DECIDED, undo_until__gt=Now(), decision__by=member)
    latest = rows.select_related("decision").order_by("-decided_at").first()
    return latest.decision if latest else None


def _visible(member: Member) -> EscalationQuerySet:
    rows: EscalationQuerySet = Escalation.objects.visible_to(member)
    return rows


def _behind(rows: EscalationQuerySet, due_at: datetime, escalation_id: int) -> EscalationQuerySet:
    return rows.filter(due_at__gte=due_at).exclude(due_at=due_at, pk__lte=escalation_id)
