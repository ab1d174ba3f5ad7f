"""What is said in a handoff: messages of the person and of the user, and what a person has begun to write."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from approvals.models.escalation.item import Escalation
from approvals.models.team import Member


class Message(models.Model):
    """One message of a handoff, append-only: by the person who holds the conversation, or by the user."""

    escalation = models.ForeignKey(Escalation, on_delete=models.PROTECT, related_name="messages", db_index=False)
    run_key = models.UUIDField()
    by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    """The person who wrote it; None where the user did."""
    key = models.UUIDField(unique=True)
    """Made with the form it was written in, so that one form sends one message however often it is sent."""
    text = models.TextField()
    sent_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(text=""), name="message_says_something"),
        ]
        indexes: ClassVar = [models.Index(fields=["run_key", "id"], name="message_of_run")]

    def __str__(self) -> str:
        return f"message {self.pk} of {self.escalation_id}"


class Draft(models.Model):
    """What one person has written in one handoff and not sent; nobody else sees it."""

    escalation = models.ForeignKey(Escalation, on_delete=models.PROTECT, related_name="drafts", db_index=False)
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", db_index=False)
    text = models.TextField(default="")
    saved_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["escalation", "by"], name="draft_one_each")]

    def __str__(self) -> str:
        return f"draft of {self.by_id} for {self.escalation_id}"


class Inquiry(models.Model):
    """A question back to the agent about an open escalation, and its answer: words, and no effect of any kind."""

    escalation = models.ForeignKey(Escalation, on_delete=models.PROTECT, related_name="inquiries")
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.UUIDField(unique=True)
    """Made with the form, as that of a message."""
    question = models.TextField()
    asked_at = models.DateTimeField(db_default=Now())
    answer = models.TextField(default="")
    """The agent's own words, of the lowest trust; empty where it gave none."""
    answered_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    """When a worker began to ask the model."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["escalation"], condition=models.Q(answered_at=None), name="inquiry_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"question {self.pk} about {self.escalation_id}"
