"""Dead letters: runs that stand still where nothing more can be tried, until a person sends them again or gives up."""

from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from agents.models.run import Run
from agents.models.step import Step
from approvals.models import Member, Tenant
from approvals.models.columns import one_of


class Cause(StrEnum):
    """Why nothing more was tried; letters are grouped by it."""

    NO_ANSWER = "no answer"
    """Every attempt failed in a way that may pass."""
    DOWN = "down"
    """The breaker before it stayed open."""
    BAD_OUTPUT = "bad output"
    """It answered, and no answer could be used, although it was told why."""
    DECLINED = "declined"
    """It declined, or cannot be asked as we are set up."""
    POISON = "poison"
    """The step fails or kills whoever carries it."""


class Settlement(StrEnum):
    """What became of a letter."""

    RESENT = "resent"
    DISCARDED = "discarded"
    CANCELLED = "cancelled"
    """Its run was cancelled."""


class Letter(models.Model):
    """One step that stands still. Nothing is copied: its payload, outputs and trace are the rows of its run."""

    # As of a run: a tenant is never deleted, and its one row is not locked for every row of its work.
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="letters")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="letters")
    cause = models.TextField()
    subject = models.TextField()
    """What failed: `openai`, the name of a tool."""
    error = models.TextField()
    """The last error, untrusted, without secrets."""
    attempts = models.PositiveIntegerField()
    epoch = models.PositiveIntegerField()
    """Claims of the step until then; a step that is sent again is poison only so many claims later."""
    buried_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True)
    settlement = models.TextField(db_default="")
    settled_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.TextField(db_default="")

    class Meta:
        constraints: ClassVar = [
            one_of("cause", Cause, name="letter_cause"),
            one_of("settlement", ("", *Settlement), name="letter_settlement"),
            models.UniqueConstraint(fields=["step"], condition=Q(settled_at=None), name="letter_one_open"),
            models.CheckConstraint(
                condition=Q(settled_at=None, settlement="", settled_by=None, reason="")
                | Q(settled_at__isnull=False, settlement="cancelled")
                | (Q(settled_at__isnull=False, settled_by__isnull=False, settlement__in=["resent", "discarded"])),
                name="letter_settled_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(settlement="discarded", reason=""), name="letter_discarded_why"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "cause", "subject"], condition=Q(settled_at=None), name="letter_open")
        ]

    def __str__(self) -> str:
        return f"dead letter {self.pk}: {self.cause}"
