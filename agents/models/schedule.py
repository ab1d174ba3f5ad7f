"""Schedules: requests that time makes, and what became of each tick."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from agents.models.run import Run
from approvals.models import Member, Tenant


class Schedule(models.Model):
    """One cron line in one time zone, and the request that is made at each of its ticks."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.TextField()
    agent = models.TextField()
    title = models.TextField()
    message = models.TextField()
    priority = models.SmallIntegerField(default=0)
    line = models.TextField()
    """Five fields: minute, hour, day of the month, month, day of the week."""
    zone = models.TextField(default="UTC")
    late_minutes = models.PositiveIntegerField(default=15)
    """A tick that nobody saw in time still runs so long after; later it is missed."""
    next_at = models.DateTimeField(null=True)
    """When it ticks next; null when its line cannot be read any more."""
    missed = models.BigIntegerField(db_default=0)
    paused_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "name"], name="schedule_name_once"),
            models.CheckConstraint(condition=Q(priority__gte=-100, priority__lte=100), name="schedule_priority"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_at"], condition=Q(paused_at=None), name="schedule_due"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def origin(self) -> str:
        """What its requests name as their source."""
        return f"schedule:{self.pk}"


class Tick(models.Model):
    """One moment at which a schedule was due: its run, or why there is none. Append-only."""

    schedule = models.ForeignKey(Schedule, on_delete=models.PROTECT, related_name="ticks", db_index=False)
    due_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_default=Now())
    run = models.OneToOneField(Run, on_delete=models.PROTECT, null=True, related_name="+")
    missed = models.PositiveIntegerField(default=0)
    """How many ticks up to this one nobody saw in time; they are not made up for."""
    reason = models.TextField(default="")
    """Why there is no run."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["schedule", "due_at"], name="tick_once"),
            models.CheckConstraint(condition=Q(seen_at__gte=F("due_at")), name="tick_not_early"),
            models.CheckConstraint(
                condition=Q(run__isnull=False, reason="") | (Q(run=None) & ~Q(reason="")), name="tick_run_or_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"tick {self.due_at:%Y-%m-%d %H:%M}"
