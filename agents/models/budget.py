"""Budgets: what runs and agents have spent at models, and what is reserved for calls under way."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from agents.domain.budget import Scope
from agents.models.step import Step
from approvals.models import Tenant
from approvals.models.columns import one_of


class Spending(models.Model):
    """One purse. Only the triggers of reservations write it: the application has no right to change it."""

    # As of a run: a tenant is never deleted.
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    scope = models.TextField()
    key = models.TextField()
    """The key of the run, or the name of the agent."""
    day = models.TextField()
    """The day in UTC, `2026-11-20`; empty for what has no period."""
    token_limit = models.BigIntegerField(null=True)
    usd_limit = models.DecimalField(max_digits=16, decimal_places=8, null=True)
    """What its agent declares, as of its latest call; None bounds nothing."""
    used_tokens = models.BigIntegerField(db_default=0)
    reserved_tokens = models.BigIntegerField(db_default=0)
    used_usd = models.DecimalField(max_digits=16, decimal_places=8, db_default=0)
    reserved_usd = models.DecimalField(max_digits=16, decimal_places=8, db_default=0)

    class Meta:
        constraints: ClassVar = [
            one_of("scope", Scope, name="spending_scope"),
            models.UniqueConstraint(fields=["tenant", "scope", "key", "day"], name="spending_once"),
            models.CheckConstraint(
                condition=Q(used_tokens__gte=0, reserved_tokens__gte=0, used_usd__gte=0, reserved_usd__gte=0),
                name="spending_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"spending of {self.scope} {self.key}"


class Reservation(models.Model):
    """What one model call may cost at most; settled by what it cost, or released when nobody carries it any more."""

    spending = models.ForeignKey(Spending, on_delete=models.PROTECT, related_name="reservations")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+")
    epoch = models.PositiveIntegerField()
    """The claim under which the call is made: an older one holds nothing back."""
    tokens = models.BigIntegerField()
    usd = models.DecimalField(max_digits=16, decimal_places=8)
    made_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True)
    used_tokens = models.BigIntegerField(db_default=0)
    used_usd = models.DecimalField(max_digits=16, decimal_places=8, db_default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(tokens__gte=0, usd__gte=0, used_tokens__gte=0, used_usd__gte=0),
                name="reservation_not_negative",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["spending"], condition=Q(settled_at=None), name="reservation_open"),
        ]

    def __str__(self) -> str:
        return f"reservation {self.pk}: {self.tokens} tokens"
