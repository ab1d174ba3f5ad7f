"""Operations: the right being used. Intent before the effect, outcome after it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from agents.domain.run import OperationOutcome
from agents.models.step import Step
from approvals.models import Grant, Verdict
from approvals.models.columns import one_of, sha256_of


class Operation(models.Model):
    """One execution of one tool. The database refuses it without a verdict or a grant for exactly its bytes."""

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="operations")
    origin = models.UUIDField()
    epoch = models.PositiveIntegerField()
    tool = models.TextField()
    effect_class = models.TextField()
    payload = models.BinaryField()
    payload_sha256 = sha256_of("payload")
    # The laws hold both rights by keys of several columns.
    verdict = models.OneToOneField(Verdict, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False)
    verdict_outcome = models.TextField(null=True)  # noqa: DJ001  # NULL is the branch of a grant
    grant = models.OneToOneField(Grant, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False)
    outcome = models.TextField(null=True)  # noqa: DJ001  # NULL while it is under way
    error = models.TextField(default="")
    started_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["step"], condition=Q(outcome=None), name="operation_one_under_way"),
            one_of("outcome", OperationOutcome, name="operation_outcome"),
            one_of("effect_class", ("A", "B", "C"), name="operation_effect_class"),
            models.CheckConstraint(
                condition=Q(outcome=None, ended_at=None) | Q(outcome__isnull=False, ended_at__isnull=False),
                name="operation_ended_with_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"operation {self.pk}: {self.tool}"
