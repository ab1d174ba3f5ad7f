"""Rulesets: one versioned document a row, one of them live for each tenant."""

from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from approvals.models.columns import one_of, sha256_of
from approvals.models.team import Member, Tenant


class RulesetStatus(StrEnum):
    """Where a ruleset stands on its way to being live."""

    DRAFT = "draft"
    LIVE = "live"
    RETIRED = "retired"


class Ruleset(models.Model):
    """One version of a tenant's rules; the document never changes once stored."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="rulesets")
    version = models.PositiveIntegerField()
    document = models.BinaryField()
    document_sha256 = sha256_of("document")
    status = models.TextField(default=RulesetStatus.DRAFT)
    is_sample = models.BooleanField(default=False)
    """Shipped for samples and replays: loosening in it is declared, not proven."""
    reason = models.TextField(default="")
    created_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            one_of("status", RulesetStatus, name="ruleset_status"),
            models.UniqueConstraint(fields=["tenant", "version"], name="ruleset_version_once"),
            models.UniqueConstraint(fields=["tenant"], condition=Q(status="live"), name="ruleset_one_live"),
        ]

    def __str__(self) -> str:
        return f"ruleset {self.version}"
