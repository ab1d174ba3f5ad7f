"""Labels: what decisions and blind audits teach, append-only; a correction supersedes. And what asks for audits.

And seeds: mistakes whose answer is known, shown to reviewers like any other item.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now

from approvals.domain.label import Source, Teaching
from approvals.models.columns import one_of
from approvals.models.decision import Decision
from approvals.models.escalation import Escalation, Evidence
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
                | Q(
                    source__in=[Source.AUDIT, Source.DOUBLE],
                    blind=True,
                    saw_score=False,
                    saw_suggestion=False,
                    decision=None,
                ),
                name="label_audit_is_blind",
            ),
            models.CheckConstraint(
                condition=~Q(source=Source.ADJUDICATION) | Q(supersedes__isnull=False, by__isnull=False, decision=None),
                name="label_adjudication_supersedes",
            ),
        ]

    def __str__(self) -> str:
        return f"label {self.pk}: {self.teaching}"


class Planting(models.Model):
    """A moment at which a mistake is to be planted: drawn at random, so that nothing in the queue's time tells it."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    due_at = models.DateTimeField()
    planted_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["due_at"], condition=Q(planted_at=None), name="planting_due")]

    def __str__(self) -> str:
        return f"planting {self.pk}"


class Seed(models.Model):
    """A mistake that was planted: what it was made of, and what is wrong with it. Its answer is a label.

    The verdict behind it says `seed`, which no right can name: the database refuses a grant, and an operation needs
    one or a verdict that allows.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    verdict = models.OneToOneField(Verdict, on_delete=models.PROTECT, related_name="seed")
    escalation = models.OneToOneField(Escalation, on_delete=models.PROTECT, related_name="seed")
    source = models.ForeignKey(Verdict, on_delete=models.PROTECT, related_name="seeds")
    """The call it was made of."""
    path = models.TextField(default="")
    """The argument that was exchanged; empty for a mistake that an agent once made itself."""
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    planted_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"seed {self.pk}"


class Snapshot(models.Model):
    """A version of the dataset that can be made again: a watermark, who was left out, and the hashes of its bytes."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    number = models.PositiveIntegerField()
    name = models.TextField()
    until = models.BigIntegerField()
    """The watermark: the id of the newest label it may hold."""
    test_share = models.FloatField()
    """Of all runs, the share that is kept for testing."""
    manifest = models.JSONField()
    """Counts and hashes, as they were when it was made."""
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "number"], name="snapshot_number_once"),
            models.CheckConstraint(condition=Q(test_share__gte=0, test_share__lte=0.9), name="snapshot_share"),
        ]

    def __str__(self) -> str:
        return f"snapshot {self.number}"


class Import(models.Model):
    """One file of labels that was brought in from another console, and how many of its lines were new."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    """None for who has the machine: the command line."""
    name = models.TextField()
    sha256 = models.BinaryField()
    """Of the file."""
    stored = models.PositiveIntegerField()
    known = models.PositiveIntegerField()
    """Lines that were here already."""
    left_out = models.PositiveIntegerField()
    """Lines that were wrong, and that somebody chose to leave out."""
    imported_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(stored__gte=1), name="import_brings_something")]

    def __str__(self) -> str:
        return f"import {self.pk}"


class ImportedLabel(models.Model):
    """A label of another console, as its line. No verdict stands behind it: it proves nothing, and gives no right.

    So it has no way into a certificate, a shape or a precedent; it is there to train on.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    batch = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="labels")
    run_id = models.UUIDField()
    label_id = models.BigIntegerField()
    """Its number where it was written; with the run it names one label."""
    document = models.BinaryField()
    """The line in canonical form, secrets redacted."""
    sha256 = models.BinaryField()
    """Of that document, so that the same line is known again."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "run_id", "label_id"], name="imported_once"),
            models.CheckConstraint(
                condition=Q(document=b"")
                | Q(sha256=Func(F("document"), function="sha256", output_field=models.BinaryField())),
                name="imported_as_hashed",
            ),
        ]

    def __str__(self) -> str:
        return f"imported label {self.label_id}"
