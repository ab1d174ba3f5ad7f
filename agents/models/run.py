"""Runs, and the workers that carry them."""

import uuid
from typing import Any, ClassVar, Self

from django.contrib.postgres.aggregates import BoolOr
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from agents.domain.run import RunStatus
from agents.models.request import Request
from approvals.models import Escalation, Member, Role, Tenant
from approvals.models.columns import one_of


class Worker(models.Model):
    """One worker process. Its id is the key of a session advisory lock: lock free means the process is dead."""

    name = models.TextField()
    lanes = models.JSONField(default=list)
    started_at = models.DateTimeField(db_default=Now())
    heartbeat_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["heartbeat_at"], condition=models.Q(ended_at=None), name="worker_alive"),
        ]

    def __str__(self) -> str:
        return self.name


class RunQuerySet(models.QuerySet["Run"]):
    """Runs by who may see them."""

    def visible_to(self, member: Member) -> Self:
        """Those of the person's tenant; of runs that asked people of teams, unless admin or auditor, the teams' own.

        Escalations are met through their verdicts, whose index knows the run.
        """
        ours = self.filter(tenant_id=member.tenant_id)
        if member.role in (Role.ADMIN, Role.AUDITOR):
            return ours
        asked = Escalation.objects.filter(verdict__run_key=OuterRef("key"), tenant_id=member.tenant_id)
        teams = asked.exclude(team=None).order_by().values("verdict__run_key")
        mine = BoolOr(Q(team__in=member.teams.values("pk")))
        return ours.exclude(Exists(teams.annotate(is_mine=mine).filter(is_mine=False)))


class Run(models.Model):
    """One agent at work on one request. `key` is opaque and safe to show; `id` never leaves the database."""

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    request = models.OneToOneField(Request, on_delete=models.PROTECT, related_name="run")
    # A tenant is never deleted; a key here would lock its one row for every row of its work.
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    session_key = models.TextField(default="")
    agent = models.TextField()
    agent_version = models.TextField()
    status = models.TextField(default=RunStatus.QUEUED)
    priority = models.SmallIntegerField(default=0)
    cancelled_at = models.DateTimeField(null=True)
    """When a cancel was asked for; no effect starts after it."""
    created_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)

    objects: ClassVar[models.Manager["Run"]] = RunQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [one_of("status", RunStatus, name="run_status")]
        indexes: ClassVar = [models.Index(fields=["tenant", "-id"], name="run_newest")]

    def __str__(self) -> str:
        return f"run {str(self.key)[:8]}"

    @property
    def scenario(self) -> dict[str, Any]:
        """Free data of a simulated provider; no gate reads it."""
        found = self.request.body.get("scenario", {})
        return found if isinstance(found, dict) else {}
