"""Requests: what came in, deduplicated and prioritised."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from approvals.models import Member, Tenant


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
    requested_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    """Who answers for the request, where that is known: of one that came by a key whoever made the key."""
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "source", "dedupe_key"], condition=~Q(dedupe_key=""), name="request_dedupe"
            ),
        ]

    def __str__(self) -> str:
        return self.title
