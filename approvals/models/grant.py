"""Grants: the single-use right to one effect, bound to exact bytes, an origin and a time."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from approvals.models.columns import one_of
from approvals.models.decision import Decision
from approvals.models.verdict import Verdict


class Grant(models.Model):
    """A right given by one decision. The database itself marks it used when an operation names it."""

    # Both are held by the laws: a key of several columns for the decision, whose verdict the guard compares.
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="grant", db_constraint=False)
    decision_kind = models.TextField()
    verdict = models.ForeignKey(
        Verdict, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    origin = models.UUIDField(db_index=True)
    payload_sha256 = models.BinaryField()
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            one_of("decision_kind", ("approve", "edit", "repeat"), name="grant_from_approval"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("not_before")), name="grant_window"),
            models.CheckConstraint(condition=Q(voided_at=None) | Q(used_at=None), name="grant_void_or_used"),
        ]

    def __str__(self) -> str:
        return f"grant {self.pk}"
