"""Actions of agents that run elsewhere: what was asked, how their tools are classified, and rights that were taken."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from approvals.models.columns import one_of, sha256_of
from approvals.models.grant import Grant
from approvals.models.team import AgentKey, Member, Tenant
from approvals.models.verdict import Verdict


class OutsideTool(models.Model):
    """What a tool of an agent elsewhere does, as one admin says and another confirms; until then it counts as worst.

    Bound to the schema it was classified with: the same name with another one is unknown again.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    agent = models.TextField()
    name = models.TextField()
    version = models.TextField()
    description = models.TextField()
    parameters = models.BinaryField()
    """The JSON Schema of its arguments, as canonical bytes."""
    effect = models.TextField()
    reversibility = models.TextField()
    effect_class = models.TextField()
    egress = models.BooleanField()
    reason = models.TextField()
    proposed_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", db_index=False)
    proposed_at = models.DateTimeField(db_default=Now())
    confirmed_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    confirmed_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            one_of("effect", ("read", "write", "destructive"), name="outside_tool_effect"),
            one_of("reversibility", ("reversible", "costly", "irreversible"), name="outside_tool_reversibility"),
            one_of("effect_class", ("B", "C"), name="outside_tool_class"),
            models.UniqueConstraint(
                fields=["tenant", "agent", "name", "version"],
                condition=Q(confirmed_at__isnull=False, ended_at=None),
                name="outside_tool_one_in_force",
            ),
            models.UniqueConstraint(
                fields=["tenant", "agent", "name", "version"],
                condition=Q(confirmed_at=None, ended_at=None),
                name="outside_tool_one_proposed",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="outside_tool_confirmed_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent}: {self.name} {self.version}"


class OutsideAction(models.Model):
    """One action that an agent elsewhere asked about, once for its key; `key` is the origin of its verdicts."""

    key = models.UUIDField(unique=True, default=uuid4)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    agent_key = models.ForeignKey(AgentKey, on_delete=models.PROTECT, related_name="+", db_index=False)
    agent = models.TextField()
    idempotency_key = models.TextField()
    tool_name = models.TextField()
    tool_version = models.TextField()
    body_sha256 = models.BinaryField()
    """Of all that was sent, so that another action under the same key is known as another."""
    tool = models.ForeignKey(OutsideTool, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    """The classification that was in force; None where the tool was unknown."""
    document = models.BinaryField()
    """What was sent beside the arguments, as canonical JSON with secrets redacted."""
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "agent", "idempotency_key"], name="outside_action_once"),
        ]

    def __str__(self) -> str:
        return f"action {self.key} of {self.agent}"


class RedemptionOutcome(models.TextChoices):
    """How it ended, as the agent says, or a person after an incident."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Redemption(models.Model):
    """One right that an agent elsewhere has taken: what an operation is for an agent that runs here."""

    action = models.ForeignKey(OutsideAction, on_delete=models.PROTECT, related_name="redemptions")
    origin = models.UUIDField()
    agent_key = models.ForeignKey(AgentKey, on_delete=models.PROTECT, related_name="+", db_index=False)
    payload = models.BinaryField()
    payload_sha256 = sha256_of("payload")
    # The laws hold both rights by keys of several columns.
    verdict = models.OneToOneField(Verdict, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False)
    verdict_outcome = models.TextField(null=True)  # noqa: DJ001  # NULL is the branch of a grant
    grant = models.OneToOneField(Grant, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False)
    redeemed_at = models.DateTimeField(db_default=Now())
    outcome_due_at = models.DateTimeField(db_default=Now())
    """Without an outcome by then it is unknown, and a person is asked."""
    outcome = models.TextField(null=True)  # noqa: DJ001  # NULL while nobody has said how it ended
    detail = models.TextField(default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            one_of("outcome", RedemptionOutcome.values, name="redemption_outcome"),
            models.CheckConstraint(
                condition=Q(outcome=None, ended_at=None) | Q(outcome__isnull=False, ended_at__isnull=False),
                name="redemption_ended_with_outcome",
            ),
            models.UniqueConstraint(fields=["action"], condition=Q(outcome=None), name="redemption_one_under_way"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["outcome_due_at"], condition=Q(outcome=None), name="redemption_due"),
        ]

    def __str__(self) -> str:
        return f"redemption {self.pk}"
