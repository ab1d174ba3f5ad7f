"""Requests: what came in, deduplicated and prioritised."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from approvals.models import Tenant


class Request(models.Model):
    """One thing somebody asked for; the same dedupe key from the same source is the same request."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False)
    session_key = models.TextField(default="")
    source = models.TextField(default="api")
    dedupe_key = models.TextField(default="")
    agent = models.TextField()
    title = models.TextField()
    body = models.JSONField(default=dict)
    priority = models.SmallIntegerField(default=0)
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "source", "dedupe_key"], condition=~Q(dedupe_key=""), name="request_dedupe"
            ),
        ]

    def __str__(self) -> str:
        return self.title
