"""Rulesets: one versioned document a row, one of them live for each tenant, and drafts of the next.

A draft that would let more run is proposed by one admin and made live by another.
"""

from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from approvals.models.columns import one_of, sha256_of
from approvals.models.team import Member, Tenant


class RulesetStatus(StrEnum):
    """Where a ruleset stands on its way to being live."""

    DRAFT = "draft"
    """What a canary judges by; it stays so."""
    LIVE = "live"
    RETIRED = "retired"


class Ruleset(models.Model):
    """One version of a tenant's rules; the document never changes once stored."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="rulesets")
    version = models.PositiveIntegerField()
    document = models.BinaryField()
    document_sha256 = sha256_of("document")
    status = models.TextField(default=RulesetStatus.DRAFT)
    is_sample = models.BooleanField(default=False)
    """Shipped for samples and replays: loosening in it is declared, not proven."""
    reason = models.TextField(default="")
    created_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            one_of("status", RulesetStatus, name="ruleset_status"),
            # What a canary judges by keeps the number of its draft, and never is a version of its own.
            models.UniqueConstraint(
                fields=["tenant", "version"], condition=~Q(status="draft"), name="ruleset_version_once"
            ),
            models.UniqueConstraint(fields=["tenant"], condition=Q(status="live"), name="ruleset_one_live"),
        ]

    def __str__(self) -> str:
        return f"ruleset {self.version}"


class ProposalStatus(StrEnum):
    """Where a draft stands; approved and discarded are final."""

    OPEN = "open"
    APPROVED = "approved"
    DISCARDED = "discarded"


class RulesetProposal(models.Model):
    """A whole document that waits for a second admin. `document` is what was shown and what goes live."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False)
    base = models.ForeignKey(Ruleset, on_delete=models.PROTECT, related_name="proposals")
    """The version that was live when it was drafted; against another one it is stale."""
    route = models.TextField(default="")
    """The route it changes; empty when a whole version is restored."""
    restores = models.ForeignKey(Ruleset, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    document = models.BinaryField()
    document_sha256 = sha256_of("document")
    reason = models.TextField()
    proposed_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", db_index=False)
    proposed_at = models.DateTimeField(db_default=Now())
    status = models.TextField(default=ProposalStatus.OPEN)
    approved_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    discarded_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    closed_at = models.DateTimeField(null=True)
    ruleset = models.OneToOneField(Ruleset, on_delete=models.PROTECT, null=True, related_name="proposal")
    """The version it became."""

    class Meta:
        constraints: ClassVar = [
            one_of("status", ProposalStatus, name="proposal_status"),
            models.CheckConstraint(condition=~Q(reason=""), name="proposal_reason"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("proposed_by")), name="proposal_second_admin"
            ),
            models.CheckConstraint(
                condition=Q(status="open", approved_by=None, discarded_by=None, closed_at=None, ruleset=None)
                | Q(
                    status="approved",
                    approved_by__isnull=False,
                    discarded_by=None,
                    closed_at__isnull=False,
                    ruleset__isnull=False,
                )
                | Q(
                    status="discarded",
                    approved_by=None,
                    discarded_by__isnull=False,
                    closed_at__isnull=False,
                    ruleset=None,
                ),
                name="proposal_ends_once",
            ),
            models.UniqueConstraint(fields=["tenant", "route"], condition=Q(status="open"), name="proposal_one_open"),
        ]

    def __str__(self) -> str:
        return f"draft {self.pk}"


class Shadow(models.Model):
    """A draft that is asked beside the live rules while it is open: what it would say is recorded, and never done."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False)
    proposal = models.ForeignKey(RulesetProposal, on_delete=models.PROTECT, related_name="shadows")
    after_verdict = models.BigIntegerField()
    """The newest verdict when it began; only later ones were shadowed."""
    started_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", db_index=False)
    started_at = models.DateTimeField(db_default=Now())
    ended_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant"], condition=Q(ended_at=None), name="shadow_one_running"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="shadow_ends_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"shadow of draft {self.proposal_id}"


class CanaryOutcome(StrEnum):
    """How a canary ended."""

    PROMOTED = "promoted"
    STOPPED = "stopped"
    DISCARDED = "discarded"
    WRONG = "wrong"
    """By itself, because too much of it went wrong."""
    OVERTAKEN = "overtaken"
    """By itself, because other rules went live under it."""


BY_ITSELF = (CanaryOutcome.WRONG, CanaryOutcome.OVERTAKEN)
LEAST_SHARE, MOST_SHARE = "0.01", "0.50"


class Canary(models.Model):
    """A draft that a share of runs is judged by while it is open and its base is live; begun by a second admin.

    A run is in it by a coin of its own and stays in it; a run that was judged by other rules before never enters it.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False)
    proposal = models.ForeignKey(RulesetProposal, on_delete=models.PROTECT, related_name="canaries")
    ruleset = models.OneToOneField(Ruleset, on_delete=models.PROTECT, related_name="canary")
    """The same document as a row that verdicts can name; it never is live."""
    share = models.DecimalField(max_digits=3, decimal_places=2)
    after_verdict = models.BigIntegerField(db_default=0)
    """Every id of a verdict that was drawn before; the database sets it."""
    started_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", db_index=False)
    started_at = models.DateTimeField(db_default=Now())
    ended_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)
    outcome = models.TextField(default="")
    reason = models.TextField(default="")
    """Why it ended, in a sentence of the console's own."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant"], condition=Q(ended_at=None), name="canary_one_running"),
            models.CheckConstraint(condition=Q(share__range=(LEAST_SHARE, MOST_SHARE)), name="canary_share"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, outcome="")
                | Q(ended_at__isnull=False, ended_by=None, outcome__in=BY_ITSELF)
                | Q(
                    ended_at__isnull=False,
                    ended_by__isnull=False,
                    outcome__in=[one for one in CanaryOutcome if one not in BY_ITSELF],
                ),
                name="canary_ends_once",
            ),
        ]

    def __str__(self) -> str:
        return f"canary of draft {self.proposal_id}"
