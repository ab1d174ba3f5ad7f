"""Decisions: one for each escalation, append-only, with what their author was shown.

And what a decision may take before: a look of some length, a password typed again, the votes of several persons.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now

from approvals.domain.decision import DecisionKind
from approvals.models.columns import digest, one_of
from approvals.models.escalation import Escalation, Evidence
from approvals.models.team import Member
from approvals.models.verdict import Verdict


class Look(models.Model):
    """When a person was first shown some evidence; the database sets the time."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="looks", db_index=False)
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", db_index=False)
    shown_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["evidence", "by"], name="look_first")]

    def __str__(self) -> str:
        return f"look of {self.by_id} at {self.evidence_id}"


class StepUp(models.Model):
    """A password typed again, in one session; the database sets the time and lets it lapse."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    session_sha256 = models.BinaryField()
    """SHA-256 of the key of the session, so that a proof is worth nothing in another one."""
    proven_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"step-up of {self.member_id}"


class Vote(models.Model):
    """One of several approvals that one escalation takes. Told to nobody but its author until all are there."""

    escalation = models.ForeignKey(Escalation, on_delete=models.PROTECT, related_name="votes", db_index=False)
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.TextField()
    payload_sha256 = models.BinaryField()
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", db_index=False)
    """The person behind the account, when they voted; the database sets it."""
    step_up = models.ForeignKey(StepUp, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    voted_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            one_of("kind", ("approve", "repeat"), name="vote_kind"),
            models.UniqueConstraint(
                fields=["escalation", "person"], condition=Q(withdrawn_at=None), name="vote_one_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"vote on {self.escalation_id}"


class Decision(models.Model):
    """What one person or the end user said, once.

    `payload_sha256` is what may run; `proposed_sha256` is what the gate judged.
    """

    escalation = models.OneToOneField(Escalation, on_delete=models.PROTECT, related_name="decision")
    # The laws hold verdict and evidence by keys of several columns; a second key would lock their rows once more.
    verdict = models.ForeignKey(
        Verdict, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    verdict_outcome = models.TextField()
    evidence = models.ForeignKey(
        Evidence, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    evidence_sha256 = models.BinaryField()
    origin = models.UUIDField()
    kind = models.TextField()
    proposed_sha256 = models.BinaryField()
    payload = models.BinaryField(null=True)
    """For an edit the bytes the person wrote; for a repeat of an edited action the bytes that were sent."""
    payload_sha256 = models.BinaryField()
    by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="decisions")
    """The person who signed in; None where the end user answered by link."""
    token = models.BinaryField(null=True)
    """The token of that link, kept once it is worth nothing any more: the database checks it against its hash."""
    step_up = models.ForeignKey(StepUp, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    """The password typed again, where it took one."""
    reason_code = models.TextField(default="")
    reason = models.TextField(default="")
    """Why; for a revision what to change, for an answer the answer."""
    decided_at = models.DateTimeField(db_default=Now())
    undo_until = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            one_of("kind", DecisionKind, name="decision_kind"),
            models.CheckConstraint(
                condition=(
                    Q(kind__in=["edit", "repeat"], payload__isnull=False)
                    & Q(payload_sha256=Func(F("payload"), function="sha256", output_field=models.BinaryField()))
                )
                | (~Q(kind="edit") & Q(payload=None, payload_sha256=F("proposed_sha256"))),
                name="decision_bytes",
            ),
            models.CheckConstraint(
                condition=Q(by__isnull=False, token=None) | Q(by=None, token__isnull=False),
                name="decision_by_person_or_link",
            ),
            models.CheckConstraint(condition=~Q(kind="reject") | ~Q(reason_code=""), name="decision_reject_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.escalation_id}"

    @property
    def author(self) -> str:
        """Who said it, in words for agents: the person's name, or the user."""
        return self.by.name if self.by else "the user"

    @property
    def approved(self) -> Evidence:
        """What was on the screen: for an edit the evidence of the edited action, which was frozen with it."""
        if self.kind == DecisionKind.EDIT:
            for later in Evidence.objects.filter(verdict_id=self.verdict_id).order_by("-version"):
                if later.value().payload_sha256 == digest(self.payload_sha256):
                    return later
        return self.evidence


class Undo(models.Model):
    """A decision taken back within its window, append-only."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="undo")
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"undo of decision {self.decision_id}"
