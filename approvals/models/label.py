"""Labels: what decisions teach, append-only; a correction supersedes."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from approvals.domain.label import Source, Teaching
from approvals.models.columns import one_of
from approvals.models.decision import Decision
from approvals.models.team import Member, Tenant
from approvals.models.verdict import Verdict


class Label(models.Model):
    """One expert verdict on one action (CALIBRATION 2.2)."""

    # A tenant is never deleted; a key here would lock its one row for every row of its work.
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    session_key = models.TextField(default="")
    verdict = models.ForeignKey(Verdict, on_delete=models.PROTECT, related_name="labels")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, related_name="labels")
    by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    source = models.TextField()
    teaching = models.TextField()
    material = models.BooleanField(default=True)
    blind = models.BooleanField(default=False)
    saw_score = models.BooleanField(default=True)
    saw_suggestion = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(db_default=Now())
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="superseded_by")

    class Meta:
        constraints: ClassVar = [
            one_of("source", Source, name="label_source"),
            one_of("teaching", Teaching, name="label_teaching"),
            models.CheckConstraint(
                condition=~Q(teaching="withdrawn") | Q(supersedes__isnull=False), name="label_withdraws_something"
            ),
        ]

    def __str__(self) -> str:
        return f"label {self.pk}: {self.teaching}"
