"""Traces that a collector has not got yet: a row is there from the moment its run ends until it was taken."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from agents.models.run import Run


class Collector(models.Model):
    """That there is one: only then runs that end leave a row behind. At most one row."""

    endpoint = models.TextField()
    since = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(pk=1), name="collector_alone"),
        ]

    def __str__(self) -> str:
        return self.endpoint


class Unsent(models.Model):
    """One trace to be sent, written by the transaction that ends its run."""

    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="+")
    try_at = models.DateTimeField(db_default=Now())
    """Not before; whoever sends it moves this first, so that two do not send it at once."""
    failures = models.PositiveIntegerField(db_default=0)
    error = models.TextField(db_default="")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["try_at"], name="unsent_due")]

    def __str__(self) -> str:
        return f"trace of {self.run_id}"
