"""Verdicts: one append-only row per tool call, with everything needed to learn from it (CALIBRATION 2.2).

And the counters that limits are kept with.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from approvals.domain.verdict import SEED, Outcome
from approvals.models.columns import one_of, sha256_of
from approvals.models.ruleset import Ruleset
from approvals.models.team import Tenant


class Verdict(models.Model):
    """What the gate said of one call. Its id is the monotone `gate_seq` of the calibration.

    Its epoch is no column: it follows from the id (`Epoch`), so nothing can be filed under another.
    """

    # A tenant is never deleted; a key here would lock its one row for every row of its work.
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    session_key = models.TextField(default="")
    origin = models.UUIDField()
    """Opaque key of the step that asks."""
    attempt = models.PositiveIntegerField(default=1)
    run_key = models.UUIDField()
    seq_in_run = models.PositiveIntegerField()
    payload = models.BinaryField()
    payload_sha256 = sha256_of("payload")
    tool = models.TextField()
    effect = models.TextField()
    is_counted = models.BooleanField()
    agent = models.TextField()
    agent_version = models.TextField()
    prompt_version = models.TextField(default="")
    score_model_version = models.TextField(default="weights-1")
    score_source = models.TextField(default="")
    outcome = models.TextField()
    reasons = models.JSONField()
    route = models.TextField()
    score = models.DecimalField(max_digits=6, decimal_places=5, null=True)
    score_parts = models.JSONField(default=dict)
    auto_threshold = models.DecimalField(max_digits=6, decimal_places=5, null=True)
    ask_threshold = models.DecimalField(max_digits=6, decimal_places=5, null=True)
    zone = models.TextField()
    forced_reason = models.TextField(default="")
    ruleset = models.ForeignKey(Ruleset, on_delete=models.PROTECT, related_name="+", db_index=False)
    coin_u = models.DecimalField(max_digits=12, decimal_places=11)
    coin_rate = models.DecimalField(max_digits=6, decimal_places=5)
    is_test = models.BooleanField()
    label_propensity = models.DecimalField(max_digits=6, decimal_places=5)
    features = models.JSONField(default=dict)
    challenger_scores = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            one_of("outcome", (*Outcome, SEED), name="verdict_outcome"),
            models.CheckConstraint(
                condition=~Q(outcome=SEED) | Q(is_counted=False, is_test=False), name="verdict_seed_counts_nowhere"
            ),
            one_of("zone", ("automatic", "confirm", "human", "forced"), name="verdict_zone"),
            models.UniqueConstraint(fields=["origin", "attempt"], name="verdict_once_an_attempt"),
            models.UniqueConstraint(fields=["run_key", "seq_in_run"], name="verdict_seq_in_run"),
            models.CheckConstraint(
                condition=Q(ask_threshold=None) | Q(ask_threshold__lte=F("auto_threshold")),
                name="verdict_cuts_in_order",
            ),
            models.CheckConstraint(condition=Q(score=None) | Q(score__range=(0, 1)), name="verdict_score_range"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "route", "id"], condition=Q(is_counted=True), name="verdict_by_route"),
        ]

    def __str__(self) -> str:
        return f"verdict {self.pk}: {self.outcome}"


class KnownShape(models.Model):
    """A kind of call that has run before, by an agent's name: which arguments, of which kinds."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    agent = models.TextField()
    tool = models.TextField()
    shape = models.TextField()
    """`triggers.shape_of`."""
    verdict_id = models.BigIntegerField(null=True)
    """The verdict that let the first one run alone, or"""
    decision_id = models.BigIntegerField(null=True)
    """the decision that did."""
    learned_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "agent", "tool", "shape"], name="shape_once"),
            models.CheckConstraint(condition=Q(verdict_id=None) ^ Q(decision_id=None), name="shape_by_one_right"),
        ]

    def __str__(self) -> str:
        return f"shape of {self.tool}"


class Counter(models.Model):
    """How much of one thing ran in one run, conversation or day of a tenant; only limits read it."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    meter = models.TextField()
    """What is counted: `Limit.meter`. A limit that is raised goes on counting where it was."""
    window = models.TextField()
    """The run, the conversation or the day."""
    used = models.DecimalField(max_digits=24, decimal_places=6)
    most = models.DecimalField(max_digits=24, decimal_places=6)
    """The limit when it was last counted against; what a person let run may go beyond."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "meter", "window"], name="counter_once"),
            models.CheckConstraint(condition=Q(used__gte=0), name="counter_never_owes"),
        ]

    def __str__(self) -> str:
        return f"counter {self.meter} {self.window}: {self.used}"
