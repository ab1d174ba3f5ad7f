"""The audit: who changed what, append-only."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

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
