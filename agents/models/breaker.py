"""Breakers that all workers share, and the history of each."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from agents.domain.breaker import BreakerState, Guarded
from approvals.models import Member, Tenant
from approvals.models.columns import one_of


class Breaker(models.Model):
    """One breaker; made by the first failure. A change of its state is written down by the database itself."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    guarded = models.TextField()
    name = models.TextField()
    state = models.TextField(default=BreakerState.CLOSED)
    failures = ArrayField(models.DateTimeField(), default=list)
    """When the latest failures were, the newest first; at most twenty."""
    try_at = models.DateTimeField(null=True)
    """When one call may try: of an open breaker, and of a trial nobody heard from. None: only a person closes it."""
    changed_at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    """Who changed it last; None for the machine."""
    reason = models.TextField(db_default="")
    """What they said, or what kind of failure opened it."""

    class Meta:
        constraints: ClassVar = [
            one_of("state", BreakerState, name="breaker_state"),
            one_of("guarded", Guarded, name="breaker_guarded"),
            models.UniqueConstraint(fields=["tenant", "guarded", "name"], name="breaker_once"),
            models.CheckConstraint(condition=~Q(state="trial", try_at=None), name="breaker_trial_ends"),
            models.CheckConstraint(condition=Q(by=None) | ~Q(reason=""), name="breaker_person_says_why"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant"], condition=~Q(state="closed"), name="breaker_not_closed"),
        ]

    def __str__(self) -> str:
        return f"breaker {self.name}: {self.state}"


class BreakerChange(models.Model):
    """One change of a breaker's state, written by a trigger; append-only."""

    breaker = models.ForeignKey(Breaker, on_delete=models.PROTECT, related_name="history")
    before = models.TextField()
    after = models.TextField()
    failures = models.PositiveIntegerField()
    """Failures within the window at that moment."""
    by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.TextField()
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.before} to {self.after}"
