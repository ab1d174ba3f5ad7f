"""Proofs of lanes: when a worker last showed, with a canary action, that nothing in a lane runs past the gate."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class LaneProof(models.Model):
    """The last proof of one lane; a trigger writes the times, so that no worker can claim another."""

    lane = models.TextField(unique=True)
    tried_at = models.DateTimeField(null=True)
    proven_at = models.DateTimeField(null=True)
    """When it last held; as long ago as that it has been failing or silent."""
    otherwise = models.TextField(default="")
    """Why it did not hold when it was last tried; empty when it did."""
    worker = models.TextField(default="")
    """Which process tried, as its worker row is called."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(lane=""), name="proof_of_a_lane"),
        ]

    def __str__(self) -> str:
        return f"proof of lane {self.lane}"
