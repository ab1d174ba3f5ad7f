"""Stops: runs that a limit of their own ended before they were done."""

from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from agents.models.run import Run
from approvals.models import Tenant
from approvals.models.columns import one_of


class StopKind(StrEnum):
    """Why a run was ended."""

    STEPS = "steps"
    """So many steps for one turn of the user."""
    TURNS = "turns"
    """So many turns in all."""
    REPETITION = "repetition"
    """The same calls again and again, although the agent was told."""
    BUDGET = "budget"
    """Its tokens or its money are spent."""
    UNSAFE = "unsafe"
    """It tried again and again what is refused."""


class Stop(models.Model):
    """One run that returned what it had; its result says that it is unfinished. Append-only."""

    # As of a run: a tenant is never deleted.
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="stop")
    kind = models.TextField()
    sentence = models.TextField()
    """What was reached, with its number."""
    stopped_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [one_of("kind", StopKind, name="stop_kind")]
        indexes: ClassVar = [models.Index(fields=["tenant", "-id"], name="stop_newest")]

    def __str__(self) -> str:
        return self.sentence
