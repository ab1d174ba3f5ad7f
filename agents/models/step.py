"""Steps: the nodes of a run's plan, and the queue workers claim from."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from agents.domain.plan import StepKind
from agents.domain.run import StepStatus
from agents.models.run import Run, Worker
from approvals.models import Tenant
from approvals.models.columns import one_of


class Step(models.Model):
    """One node. Every write after a claim checks `epoch`: who holds an older one has lost the step."""

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="steps", db_index=False)
    tenant = models.ForeignKey(
        Tenant, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    """Its run's, so that a claim can take turns between tenants; null only of steps that ended before there was one."""
    position = models.PositiveIntegerField()
    """Place in the run, from 1; the order of its history."""
    plan_version = models.PositiveIntegerField(default=1)
    kind = models.TextField()
    name = models.TextField()
    status = models.TextField(default=StepStatus.PENDING)
    lane = models.TextField(default="default")
    priority = models.SmallIntegerField(default=0)
    after = ArrayField(models.BigIntegerField(), default=list)
    """Ids of the steps it waits for."""
    blockers = models.PositiveIntegerField(default=0)
    """How many of them have not ended."""
    wake_at = models.DateTimeField(db_default=Now())
    ready_at = models.DateTimeField(db_default=Now())
    epoch = models.PositiveIntegerField(default=0)
    # Set while it is running and by nothing else, so that `epoch` and `worker` say who holds it.
    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    call = models.JSONField(null=True)
    """For a tool: `{call_id, tool, arguments}` as the model proposed it."""
    output = models.JSONField(null=True)
    error = models.TextField(default="")
    claimed_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    """How often claiming it ended in an error; at the limit its run ends failed."""
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            one_of("status", StepStatus, name="step_status"),
            one_of("kind", StepKind, name="step_kind"),
            models.UniqueConstraint(fields=["run", "position"], name="step_position_once"),
            models.CheckConstraint(
                condition=~Q(status__in=["ready", "running"]) | Q(blockers=0), name="step_ready_unblocked"
            ),
            models.CheckConstraint(
                condition=Q(status="running", worker__isnull=False) | (~Q(status="running") & Q(worker=None)),
                name="step_running_has_worker",
            ),
            models.CheckConstraint(
                condition=~Q(status="ready") | Q(tenant__isnull=False), name="step_ready_has_tenant"
            ),
        ]
        # `step_ready`, by which steps are claimed, is an index of an expression: sql/0007_intake.sql.
        indexes: ClassVar = [
            models.Index(fields=["worker"], condition=Q(status="running"), name="step_running"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"
