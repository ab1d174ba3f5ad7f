"""Halts: flags that freeze effects of one run, one agent, one tool or everything."""

from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from approvals.models.columns import one_of
from approvals.models.team import Member, Tenant


class HaltScope(StrEnum):
    """What a halt freezes."""

    EVERYTHING = "everything"
    AGENT = "agent"
    TOOL = "tool"
    RUN = "run"


class Halt(models.Model):
    """One halt; lifted by setting `lifted_at`, by a person, never deleted. The operation trigger reads these rows."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False)
    scope = models.TextField()
    key = models.TextField(default="")
    """The agent's name, the tool's name or the run's key; empty for everything."""
    reason = models.TextField()
    by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    halted_at = models.DateTimeField(db_default=Now())
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    lift_reason = models.TextField(db_default="")

    class Meta:
        constraints: ClassVar = [
            one_of("scope", HaltScope, name="halt_scope"),
            models.UniqueConstraint(
                fields=["tenant", "scope", "key"], condition=Q(lifted_at=None), name="halt_one_live"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=False) | Q(lifted_by=None, lift_reason=""), name="halt_lifted_when"
            ),
        ]

    def __str__(self) -> str:
        return f"halt {self.scope} {self.key}".strip()
