"""Find what the queue shows: only what this person may see, and never by counting all of it."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery, Value, prefetch_related_objects
from django.db.models.functions import Now
from django.shortcuts import get_object_or_404
from django.utils import timezone

from agents.models import Operation, Run
from approvals.domain.escalation import Kind, Status
from approvals.inbox.deciding.permission import GRANTING
from approvals.models import Decision, Escalation, Inquiry, Member, Seed, Vote
from approvals.models.escalation import EscalationQuerySet
from console.pages.presenting.clock import SOON
from console.pages.presenting.head import Others
from console.pages.presenting.listing import COUNTED

MOST_NEW = 100
MOST_OTHERS = 99
MOST_VOTED = 50
SHORTEST_NAME = 5
"""A shorter name of a thing stands in titles that are about something else."""


def escalation(member: Member, escalation_id: int) -> Escalation:
    """One escalation with everything its page shows, or a 404 that does not tell absent from foreign."""
    rows = _visible(member).select_related(
        "evidence",
        "verdict",
        "claimed_by",
        "decision__by",
        "successor",
        "supersedes__decision",
        "revises__decision__by",
        "revises__revises__decision__by",
        "revision",
    )
    used = Operation.objects.filter(grant__decision__escalation=OuterRef("pk")).order_by("-pk")
    # A planted mistake looks as the call it was made of.
    runs = Run.objects.visible_to(member)
    made_of = Seed.objects.filter(escalation=OuterRef(OuterRef("pk"))).values("source__run_key")[:1]
    # Asked about from elsewhere it has no run here, and so no trace to open.
    traced = rows.annotate(
        has_inquiries=Exists(Inquiry.objects.filter(escalation__origin=OuterRef("origin"))),
        has_voted=voted(member),
        has_trace=Exists(runs.filter(key=OuterRef("run_key"))) | Exists(runs.filter(key=Subquery(made_of))),
        operation_outcome=Subquery(used.values("outcome")[:1]),
        operation_at=Subquery(used.values("started_at")[:1]),
    )
    return get_object_or_404(traced, pk=escalation_id)


def voted(member: Member) -> Exists:
    """Whether this person has approved it, by whatever account; of nobody else's vote anything is told."""
    own = Vote.objects.filter(escalation=OuterRef("pk"), person_id=member.person_id, withdrawn_at=None)
    return Exists(own)


def theirs(member: Member) -> Q:
    """What waits for this person: all that is open but what they have voted on, which waits for others."""
    return Q(persons=1) | ~Q(voted(member))


def others(member: Member, found: Escalation) -> Others | None:
    """How many more of the next open ones name the same thing in their title, and the first of them.

    The thing is the first that the preview read: `order #W8379216` is known by its number. Looked for in as many rows
    as are counted anywhere, so that it costs the same whatever the queue holds.
    """
    reads = found.evidence.value().material.preview.reads
    subject = reads[0].entity if reads else ""
    name = subject.rpartition(" ")[2]
    if found.status != Status.OPEN or len(name) < SHORTEST_NAME:
        return None
    near = Escalation.objects.next_open(member, COUNTED)
    same = Escalation.objects.filter(pk__in=near.values("pk"), title__contains=name).exclude(pk=found.pk)
    ids = list(same.order_by("due_at", "pk").values_list("pk", flat=True)[:MOST_OTHERS])
    return Others(subject, len(ids), ids[0]) if ids else None


def page_of(member: Member, *, after: tuple[datetime, int] | None, size: int) -> Sequence[Escalation]:
    """The next open ones by deadline, one more than `size` when there are more; by key, not by offset."""
    rows = Escalation.objects.select_related("claimed_by", "supersedes")
    found = list(rows.next_open(member, size + 1, after=after, where=theirs(member)))
    # Why the user passed one on stands in its evidence, which nothing else of a row needs.
    prefetch_related_objects(
        [one for one in found if one.supersedes and one.supersedes.kind == Kind.CONFIRMATION], "evidence"
    )
    return found


def waiting_for_others(member: Member) -> Sequence[Escalation]:
    """The next open ones that this account has approved and others have to as well; votes are few."""
    given = Vote.objects.filter(by=member, withdrawn_at=None, escalation__status=Status.OPEN)
    ids = list(given.order_by("-pk").values_list("escalation", flat=True)[:MOST_VOTED])
    if not ids:
        return ()
    rows = _visible(member).open().filter(pk__in=ids).select_related("claimed_by", "supersedes")
    return list(rows.annotate(has_voted=Value(True)))


def first(member: Member, *, behind: Escalation | None = None) -> Escalation | None:
    """The next one that nobody else holds, after `behind` if there is one, else from the start."""
    free = theirs(member) & (Q(claimed_until=None) | Q(claimed_until__lte=Now()) | Q(claimed_by=member))
    places = [(behind.due_at, behind.pk), None] if behind else [None]
    found = (Escalation.objects.next_open(member, 1, after=place, where=free) for place in places)
    return next((one for rows in found for one in rows), None)


def numbers(member: Member) -> dict[str, int]:
    """How many are open and how many of them are due soon, each counted to a ceiling."""
    counted = Escalation.objects.next_open(member, COUNTED, where=theirs(member))
    soon = Count("pk", filter=Q(due_at__lt=timezone.now() + SOON))
    return Escalation.objects.filter(pk__in=counted.values("pk")).aggregate(open=Count("pk"), soon=soon)


def newest(member: Member) -> int:
    """The highest id there is: what comes later is new, and what of it this person may see is looked for then."""
    return Escalation.objects.aggregate(newest=Max("pk"))["newest"] or 0


def how_many_new(member: Member, *, since: int) -> int:
    """How many open ones came after `since`, counted to a ceiling."""
    return _visible(member).open().filter(pk__gt=since).order_by("pk")[:MOST_NEW].count()


def last_decision(member: Member) -> Decision | None:
    """The person's last decision whose time to undo still runs, by database time; one of several who took it has it."""
    together = Vote.objects.filter(escalation=OuterRef("pk"), by=member, withdrawn_at=None)
    mine = Q(decision__by=member) | Q(Exists(together), persons__gt=1, decision__kind__in=GRANTING)
    rows = Escalation.objects.filter(mine, status=Status.DECIDED, undo_until__gt=Now())
    latest = rows.select_related("decision").order_by("-decided_at").first()
    return latest.decision if latest else None


def _visible(member: Member) -> EscalationQuerySet:
    rows: EscalationQuerySet = Escalation.objects.visible_to(member)
    return rows
