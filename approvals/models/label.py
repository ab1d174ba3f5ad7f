"""Labels: what decisions and blind audits teach, append-only; a correction supersedes. And what asks for audits."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from approvals.domain.label import Source, Teaching
from approvals.models.columns import one_of
from approvals.models.decision import Decision
from approvals.models.escalation import Evidence
from approvals.models.team import Member, Tenant
from approvals.models.verdict import Verdict


class AuditRequest(models.Model):
    """An action of a test run that nobody judged: an expert is to look at it without knowing what became of it."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    verdict = models.OneToOneField(Verdict, on_delete=models.PROTECT, related_name="audit_request")
    requested_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"request to audit verdict {self.verdict_id}"


class BlindAudit(models.Model):
    """One item of the audits' own queue: blinded evidence, and nothing that could run.

    It is no escalation. A decision, and so a grant and an operation, can only name an escalation, so nothing that is
    said here executes anything; the answer is a label.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    request = models.OneToOneField(AuditRequest, on_delete=models.PROTECT, related_name="item")
    verdict = models.OneToOneField(Verdict, on_delete=models.PROTECT, related_name="blind_audit")
    evidence = models.OneToOneField(Evidence, on_delete=models.PROTECT, related_name="+")
    title = models.TextField()
    opened_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "id"], name="audit_queue")]

    def __str__(self) -> str:
        return f"AUD-{self.pk}"


class Label(models.Model):
    """One expert verdict on one action (CALIBRATION 2.2)."""

    # A tenant is never deleted; a key here would lock its one row for every row of its work.
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    session_key = models.TextField(default="")
    verdict = models.ForeignKey(Verdict, on_delete=models.PROTECT, related_name="labels")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, related_name="labels")
    audit = models.OneToOneField(BlindAudit, on_delete=models.PROTECT, null=True, related_name="answer")
    """The blind audit it answers; whoever is second to answer it is refused."""
    by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    source = models.TextField()
    teaching = models.TextField()
    material = models.BooleanField(default=True)
    blind = models.BooleanField(default=False)
    saw_score = models.BooleanField(default=True)
    saw_suggestion = models.BooleanField(default=False)
    reason_code = models.TextField(default="")
    """Why, where no decision says it."""
    reason = models.TextField(default="")
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(db_default=Now())
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="superseded_by")

    class Meta:
        constraints: ClassVar = [
            one_of("source", Source, name="label_source"),
            one_of("teaching", Teaching, name="label_teaching"),
            models.CheckConstraint(
                condition=~Q(teaching="withdrawn") | Q(supersedes__isnull=False), name="label_withdraws_something"
            ),
            models.CheckConstraint(
                condition=Q(audit=None)
                | Q(source=Source.AUDIT, blind=True, saw_score=False, saw_suggestion=False, decision=None),
                name="label_audit_is_blind",
            ),
        ]

    def __str__(self) -> str:
        return f"label {self.pk}: {self.teaching}"
