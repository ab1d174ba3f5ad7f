"""Epochs of routes, and the certificates that their test runs earn: append-only, and immutable by the database."""

from enum import StrEnum
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from approvals.domain.calibration.epoch import Basis, Cause
from approvals.models.columns import one_of
from approvals.models.ruleset import Ruleset
from approvals.models.team import Tenant


class Threshold(StrEnum):
    """Which of a route's two thresholds a certificate is about."""

    AUTO = "auto"
    ASK = "ask"


class Epoch(models.Model):
    """A stretch of a route's runs whose evidence belongs together; it ends where the next one begins.

    A verdict belongs to the last epoch of its route that begins at or below its id. The database sets `first_seq`
    above every id that was ever drawn, so no verdict ever changes its epoch.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False)
    route = models.TextField()
    number = models.PositiveIntegerField()
    first_seq = models.BigIntegerField(db_default=0)
    cause = models.TextField()
    reason = models.TextField(default="")
    """Why, in a sentence of the console's own."""
    agents = models.JSONField(default=list)
    """Pairs of an agent and the major part of its version."""
    scores = models.JSONField(default=list)
    label_rule = models.PositiveIntegerField(default=1)
    rules = models.ForeignKey(Ruleset, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    """Only runs that these rules or later ones judged from the start count in it; None: whatever judged them."""
    began_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            one_of("cause", Cause, name="epoch_cause"),
            models.UniqueConstraint(fields=["tenant", "route", "number"], name="epoch_number_once"),
            models.CheckConstraint(
                condition=Q(number=1, cause=Cause.FIRST, first_seq=0) | Q(number__gt=1, first_seq__gt=0),
                name="epoch_first_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(cause=Cause.RULES) | Q(rules__isnull=False), name="epoch_names_its_rules"
            ),
        ]

    def __str__(self) -> str:
        return f"epoch {self.number} of {self.route}"

    def basis(self) -> Basis:
        """What its evidence speaks of."""
        agents: list[Any] = self.agents
        return Basis(frozenset((str(a), str(b)) for a, b in agents), frozenset(self.scores), self.label_rule)


class Certificate(models.Model):
    """What the test runs of an epoch proved when it was computed (CALIBRATION 2.2); stored when its inputs changed."""

    epoch = models.ForeignKey(Epoch, on_delete=models.PROTECT, related_name="certificates", db_index=False)
    about = models.TextField()
    number = models.PositiveIntegerField()
    """Counts the certificates of one epoch about one threshold; whoever is second to use a number is refused."""
    computed_at = models.DateTimeField(db_default=Now())
    watermark_seq = models.BigIntegerField(null=True)
    """The first run with a pending action, at which the counting ends; None when there is none."""
    runs = models.PositiveIntegerField()
    """All runs of the epoch; the coin drew `guard_n` of them."""
    n = models.PositiveIntegerField()
    wrong = models.PositiveIntegerField()
    allowed = models.IntegerField()
    limit = models.FloatField()
    limit_tested = models.FloatField()
    delta_c = models.FloatField()
    floor = models.FloatField()
    seeds = models.PositiveIntegerField()
    missed = models.PositiveIntegerField()
    assumed_miss = models.FloatField(null=True)
    """The share of mistakes that an admin assumes reviewers miss; None where seeds measure it."""
    threshold = models.FloatField(null=True)
    wrong_at_threshold = models.PositiveIntegerField(null=True)
    log_evidence = models.FloatField(null=True)
    upper_limit = models.FloatField(null=True)
    to_next_rung = models.PositiveIntegerField(null=True)
    guard_n = models.PositiveIntegerField()
    guard_wrong = models.PositiveIntegerField()
    guard_allowed = models.IntegerField()
    guard_threshold = models.FloatField(null=True)
    inputs_sha256 = models.TextField()

    class Meta:
        constraints: ClassVar = [
            one_of("about", Threshold, name="certificate_about"),
            models.UniqueConstraint(fields=["epoch", "about", "number"], name="certificate_number_once"),
            models.CheckConstraint(
                condition=Q(
                    wrong__lte=F("n"), n__lte=F("guard_n"), guard_n__lte=F("runs"), guard_wrong__lte=F("guard_n")
                ),
                name="certificate_counts",
            ),
            models.CheckConstraint(
                condition=Q(limit__gt=0, limit__lt=1, limit_tested__gte=0, limit_tested__lte=F("limit"))
                & Q(delta_c__gt=0, delta_c__lt=1, missed__lte=F("seeds")),
                name="certificate_terms",
            ),
            models.CheckConstraint(
                condition=Q(threshold=None, wrong_at_threshold=None, log_evidence=None, upper_limit=None)
                | Q(allowed__gte=0, threshold__gte=F("floor"), threshold__lte=1, wrong_at_threshold__lte=F("allowed")),
                name="certificate_threshold",
            ),
            models.CheckConstraint(
                condition=Q(guard_threshold=None)
                | Q(guard_allowed__gte=0, guard_threshold__gte=F("floor"), guard_threshold__lte=1),
                name="certificate_guard",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["epoch", "about", "-number"], name="certificate_newest")]

    def __str__(self) -> str:
        return f"certificate {self.number} about {self.about} in epoch {self.epoch_id}"

    def covers(self, live: float | None) -> bool:
        """Whether it proves a live threshold: nothing runs alone that it does not let run."""
        return live is not None and self.threshold is not None and self.threshold <= live
