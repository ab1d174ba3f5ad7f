"""Decisions: one for each escalation, append-only, with what their author was shown."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now

from approvals.domain.decision import DecisionKind
from approvals.models.columns import digest, one_of
from approvals.models.escalation import Escalation, Evidence
from approvals.models.team import Member
from approvals.models.verdict import Verdict


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
