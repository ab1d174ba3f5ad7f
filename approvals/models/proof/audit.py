"""The audit: who changed what, the seals over everything that was written, and what was erased of it; append-only."""

import json
from enum import StrEnum
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from approvals.models.columns import digest, one_of, sha256_of
from approvals.models.team import Member, Tenant


class AuditEntry(models.Model):
    """One act of a person or of the system on the console itself."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    verb = models.TextField()
    object = models.TextField()
    details = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "object", "-id"], name="audit_of_object")]

    def __str__(self) -> str:
        return f"{self.verb} {self.object}"


class Seal(models.Model):
    """One batch of entries: the root of the tree over them, chained to the seal before it."""

    number = models.PositiveIntegerField(unique=True)
    document = models.BinaryField()
    """Canonical JSON: layout, number, previous, root, entries, sealed_at, marks."""
    sha256 = sha256_of("document")
    sealed_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"seal {self.number}"

    @property
    def digest(self) -> str:
        """SHA-256 of the document, 64 hexadecimal characters: the head that leaves the database."""
        return digest(self.sha256)

    def value(self) -> dict[str, Any]:
        """What the seal says."""
        said: dict[str, Any] = json.loads(bytes(self.document))
        return said


class SealedEntry(models.Model):
    """One row as it was when it was sealed, known by its digest; `id` is its place in the whole history."""

    # A seal is never deleted, and an entry is written by the transaction that writes its seal.
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="entries")
    kind = models.TextField()
    row_id = models.BigIntegerField()
    run_key = models.UUIDField(null=True)
    """None for what belongs to no run."""
    sha256 = models.BinaryField()
    chain_sha256 = models.BinaryField()
    """Of this entry and of everything before it in its run."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "row_id"], name="sealed_once")]
        indexes: ClassVar = [models.Index(fields=["run_key", "-id"], name="sealed_chain")]

    def __str__(self) -> str:
        return f"{self.kind} {self.row_id}"


ERASED = "Erased"
"""What stands in the place of a title that is gone."""


class About(StrEnum):
    """What an erasure is about."""

    CONVERSATION = "conversation"
    """Every run with one session key."""
    RUN = "run"


class ErasureStatus(StrEnum):
    """Where an erasure stands; done and discarded are final."""

    OPEN = "open"
    DONE = "done"
    DISCARDED = "discarded"


class Erasure(models.Model):
    """That somebody's data went: asked for by one admin, done by another. Only the database's own door does it."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.TextField()
    subject = models.TextField()
    """The session key, or the key of the run; gone as soon as the erasure has ended."""
    subject_sha256 = models.BinaryField()
    """Its hash, by which somebody who knows it can find the erasure again."""
    reason = models.TextField()
    status = models.TextField(default=ErasureStatus.OPEN)
    requested_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", db_index=False)
    requested_at = models.DateTimeField(db_default=Now())
    closed_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    """Who did or discarded it."""
    closed_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)
    """How many runs, calls and labels it was about."""

    class Meta:
        constraints: ClassVar = [
            one_of("kind", About, name="erasure_kind"),
            one_of("status", ErasureStatus, name="erasure_status"),
            models.UniqueConstraint(
                fields=["tenant", "kind", "subject"], condition=Q(status="open"), name="erasure_asked_once"
            ),
            models.CheckConstraint(
                condition=Q(status="open", closed_by=None, closed_at=None)
                | (Q(status="discarded", closed_by__isnull=False, subject=""))
                | (Q(status="done", closed_by__isnull=False, subject="") & ~Q(closed_by=F("requested_by"))),
                name="erasure_by_two",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="erasure_reason"),
        ]

    def __str__(self) -> str:
        return f"erasure {self.pk}"


class ErasedRun(models.Model):
    """A run of which nothing is left but what is counted: when, which tool, the score, the answer, and hashes."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    erasure = models.ForeignKey(Erasure, on_delete=models.PROTECT, related_name="runs")
    run_key = models.UUIDField(unique=True)
    erased_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"erased run {self.run_key}"


class ErasedRow(models.Model):
    """A sealed row that an erasure changed: its digest before, which is the sealed one, and after."""

    erasure = models.ForeignKey(Erasure, on_delete=models.PROTECT, related_name="rows")
    kind = models.TextField()
    row_id = models.BigIntegerField()
    before_sha256 = models.BinaryField()
    after_sha256 = models.BinaryField()
    erased_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "row_id"], name="erased_once")]

    def __str__(self) -> str:
        return f"erased {self.kind} {self.row_id}"


class RemadeVersion(models.Model):
    """What the files of a version of the dataset are after an erasure took something out of them."""

    erasure = models.ForeignKey(Erasure, on_delete=models.PROTECT, related_name="versions")
    snapshot_id = models.BigIntegerField(db_index=True)
    manifest = models.JSONField()
    """As of `Snapshot`, with the hashes of now."""

    def __str__(self) -> str:
        return f"version {self.snapshot_id} after erasure {self.erasure_id}"
