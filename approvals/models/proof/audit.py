"""The audit: who changed what, and the seals over everything that was written; all of it append-only."""

import json
from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now

from approvals.models.columns import digest, sha256_of
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
