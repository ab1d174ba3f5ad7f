"""Escalations and the frozen evidence they show."""

from datetime import datetime
from hashlib import sha256
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from approvals.domain.escalation import Kind, Status, link
from approvals.domain.evidence import Evidence as EvidenceValue
from approvals.domain.tool import Reversibility
from approvals.models.columns import digest, one_of, sha256_of
from approvals.models.team import Member, Role, Team, Tenant
from approvals.models.verdict import Verdict


class Evidence(models.Model):
    """What is shown for one verdict: canonical JSON bytes, append-only, known by their SHA-256."""

    verdict = models.ForeignKey(Verdict, on_delete=models.PROTECT, related_name="evidence", db_index=False)
    version = models.PositiveIntegerField(default=1)
    document = models.BinaryField()
    sha256 = sha256_of("document")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["verdict", "version"], name="evidence_version_once")]

    def __str__(self) -> str:
        return f"evidence {self.pk}"

    @property
    def digest(self) -> str:
        """SHA-256 of the stored bytes, 64 hexadecimal characters."""
        return digest(self.sha256)

    def value(self) -> EvidenceValue:
        """The evidence as it was frozen."""
        return EvidenceValue.model_validate_json(bytes(self.document))


FOR_REVIEWERS = Q(status="open") & ~Q(kind="confirmation")
"""What the queue holds; written out, because an index serves only a question that says the same."""
SEE_EVERYTHING = (Role.ADMIN, Role.AUDITOR)


class EscalationQuerySet(models.QuerySet["Escalation"]):
    """Escalations by who may see them and where they stand."""

    def visible_to(self, member: Member) -> Self:
        """Those of the person's tenant and, unless admin or auditor, of the person's teams or of no team."""
        mine = self.filter(tenant_id=member.tenant_id)
        if member.role in SEE_EVERYTHING:
            return mine
        return mine.filter(Q(team=None) | Q(team__in=member.teams.values("pk")))

    def open(self) -> Self:
        """Those that wait for a reviewer, the next due first; what the end user is asked is not among them."""
        return self.filter(FOR_REVIEWERS).order_by("due_at", "id")

    def next_open(
        self, member: Member, most: int, *, after: tuple[datetime, int] | None = None, where: Q | None = None
    ) -> Self:
        """The first open ones that this person may see, behind a deadline and id if given; what `visible_to` shows.

        Each team's are looked up by themselves and the first of all are taken: one condition for all teams would read
        through everybody's items to find those of a team that has few.
        """
        rows = self.filter(where or Q(), tenant_id=member.tenant_id).open()
        if after:
            rows = rows.filter(due_at__gte=after[0]).exclude(due_at=after[0], pk__lte=after[1])
        if member.role in SEE_EVERYTHING:
            return rows[:most]
        teams = [None, *member.teams.values_list("pk", flat=True)]
        found = [rows.filter(team=team).values("pk")[:most] for team in teams]
        return self.filter(pk__in=found[0].union(*found[1:], all=True)).order_by("due_at", "id")[:most]

    def overdue(self) -> Self:
        """Open ones whose time is over, by database time."""
        return self.filter(status=Status.OPEN, due_at__lte=Now())


class Escalation(models.Model):
    """One item of the queue. `version` is the row version every form carries and every decision checks."""

    # A tenant is never deleted; a key here would lock its one row for every row of its work.
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    session_key = models.TextField(default="")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    verdict = models.ForeignKey(Verdict, on_delete=models.PROTECT, related_name="escalations")
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="+", db_index=False)
    origin = models.UUIDField()
    run_key = models.UUIDField()
    kind = models.TextField()
    status = models.TextField(default=Status.OPEN)
    version = models.PositiveIntegerField(default=1)
    title = models.TextField()
    agent = models.TextField()
    tool = models.TextField()
    risk = models.TextField()
    stopped_by = models.TextField()
    brief = models.TextField(db_default="")
    """What the call affects, as the tool said when it was opened: `1 order, $1,564.53`."""
    failed_checks = models.PositiveIntegerField(db_default=0)
    """How many checks failed when it was opened."""
    opened_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField()
    undo_seconds = models.PositiveIntegerField()
    level = models.PositiveSmallIntegerField(db_default=0)
    """How many levels of its escalation policy were told."""
    level_at = models.DateTimeField(null=True)
    """When the next one is; None when there is none."""
    goes_to = models.TextField(db_default="")
    """Who that is, by name."""
    went_to = models.TextField(db_default="")
    """Who was told last."""
    persons = models.PositiveSmallIntegerField(db_default=1)
    """How many distinct persons have to approve the same bytes."""
    delay_seconds = models.PositiveSmallIntegerField(db_default=0)
    """How long a person was shown it before that person may approve."""
    step_up = models.BooleanField(db_default=False)
    """Whether approving takes the password again."""
    is_separate = models.BooleanField(db_default=False)
    """Whether neither requester nor owner may decide."""
    requester = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    """Who asked for the run, where that is known."""
    owner = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    """Who answers for the agent, where that is declared."""
    claimed_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    claimed_until = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    undo_until = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    """When it was applied, expired, cancelled or superseded."""
    revises = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="revision")
    """The escalation whose reviewer sent the proposal back with instructions."""
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="successor")

    objects: ClassVar[models.Manager["Escalation"]] = EscalationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            one_of("kind", Kind, name="escalation_kind"),
            one_of("status", Status, name="escalation_status"),
            one_of("risk", Reversibility, name="escalation_risk"),
            models.UniqueConstraint(
                fields=["origin"], condition=Q(status__in=["open", "decided"]), name="escalation_one_live"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["decided", "applied"]) | Q(decided_at__isnull=False, undo_until__isnull=False),
                name="escalation_decided_when",
            ),
            models.CheckConstraint(condition=Q(due_at__gt=F("opened_at")), name="escalation_due_later"),
            models.CheckConstraint(
                condition=Q(persons=1) | Q(persons__range=(2, 5), is_separate=True, kind__in=("approval", "incident")),
                name="escalation_persons",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "due_at", "id"], condition=FOR_REVIEWERS, name="escalation_queue"),
            models.Index(fields=["team", "due_at", "id"], condition=FOR_REVIEWERS, name="escalation_team_queue"),
            models.Index(
                fields=["level_at"], condition=Q(status="open", level_at__isnull=False), name="escalation_to_raise"
            ),
            models.Index(fields=["undo_until"], condition=Q(status="decided"), name="escalation_to_apply"),
            models.Index(
                fields=["due_at"], condition=Q(status="open") & ~Q(kind="incident"), name="escalation_to_expire"
            ),
            # Asked before every step and every effect of any run, and so small that it is always at hand.
            models.Index(
                fields=["run_key"],
                condition=Q(kind="handoff", status__in=["open", "decided"]),
                name="escalation_handed",
            ),
        ]

    def __str__(self) -> str:
        return f"ESC-{self.pk}"


class Notice(models.Model):
    """Somebody was told of an item, append-only: a team, or everybody of a role. A channel may send it."""

    escalation = models.ForeignKey(Escalation, on_delete=models.PROTECT, related_name="notices", db_index=False)
    level = models.PositiveSmallIntegerField()
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    role = models.TextField(db_default="")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["escalation", "level"], name="notice_once_a_level"),
            models.CheckConstraint(
                condition=Q(team__isnull=False, role="") | Q(team=None, role__in=("reviewer", "admin")),
                name="notice_to_one",
            ),
        ]

    def __str__(self) -> str:
        return f"notice of {self.escalation_id}"


class ConfirmationManager(models.Manager["Confirmation"]):
    """Makes the links of confirmations and finds them again."""

    def issue(self, escalation: Escalation) -> "Confirmation":
        """Store the hash of the link of an escalation that has just been opened; joins the caller's transaction."""
        return self.create(escalation=escalation, token_sha256=sha256(token_of(escalation)).digest())

    def signed(self, token: bytes) -> "Confirmation | None":
        """The confirmation a token is for, where the token is the one this installation signs; else None.

        Asked twice on purpose: a row whose hash somebody else chose has a token that was not signed.
        """
        found = self.filter(token_sha256=sha256(token).digest()).select_related("escalation__evidence").first()
        return found if found is not None and link.is_same(token, token_of(found.escalation)) else None


def token_of(escalation: Escalation) -> bytes:
    """The token of an escalation's link; whoever has it may answer once."""
    return link.token_of(
        settings.SIGNING_KEY,
        escalation_id=escalation.pk,
        origin=escalation.origin,
        evidence_sha256=escalation.evidence.digest,
    )


class Confirmation(models.Model):
    """The link of one confirmation: the SHA-256 of its token, append-only.

    The token itself is stored with the answer, and nowhere before.
    """

    escalation = models.OneToOneField(Escalation, on_delete=models.PROTECT, related_name="confirmation")
    token_sha256 = models.BinaryField(unique=True)
    issued_at = models.DateTimeField(db_default=Now())

    objects: ClassVar[ConfirmationManager] = ConfirmationManager()

    def __str__(self) -> str:
        return f"link of {self.escalation_id}"
