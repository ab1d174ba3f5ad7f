"""Sources of requests: who may send webhooks, what is made of them, and what could not be taken."""

import hmac
import secrets
import uuid
from base64 import b64encode
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from agents.models.run import Run
from approvals.models import Member, Tenant

_PURPOSE = b"signalbox webhook source\x00"


class Source(models.Model):
    """An address that takes signed webhooks, and how a payload becomes a request. `key` stands in the address."""

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.TextField()
    agent = models.TextField()
    title = models.TextField()
    """A line with `{paths}` into the payload; so are `message`, `priority` and `session`."""
    message = models.TextField()
    priority = models.TextField(default="0")
    session = models.TextField(default="")
    schema = models.JSONField(default=dict)
    """JSON Schema (2020-12) that a payload must fit; empty takes any object."""
    paused_at = models.DateTimeField(null=True)
    refused = models.BigIntegerField(db_default=0)
    """How many deliveries could not be taken; the newest of them are kept (`Refused`)."""
    changed_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "name"], name="source_name_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def origin(self) -> str:
        """What its requests name as their source."""
        return f"hook:{self.key}"


def fresh_nonce() -> bytes:
    """What tells one secret of a source from the next."""
    return secrets.token_bytes(24)


class SourceSecret(models.Model):
    """A secret that a source's sender signs with. It is worked out from the signing key and stored nowhere."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="secrets")
    nonce = models.BinaryField(default=fresh_nonce, unique=True)
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField(db_default=Now())
    ends_at = models.DateTimeField(null=True)
    """Until then it is good beside its successor; null while it has none."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source"], condition=Q(ends_at=None), name="source_one_current_secret"),
        ]

    def __str__(self) -> str:
        return f"secret of {self.source_id}"

    def raw(self) -> bytes:
        """The 32 bytes that both sides know."""
        return hmac.digest(settings.SIGNING_KEY, _PURPOSE + self.source.key.bytes + bytes(self.nonce), "sha256")

    def written(self) -> str:
        """As Standard Webhooks writes it."""
        return f"whsec_{b64encode(self.raw()).decode()}"


class Delivery(models.Model):
    """A webhook that became a run. Append-only."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["source", "-id"], name="delivery_newest")]

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class Refused(models.Model):
    """A delivery that could not be taken; a source keeps the newest, each in a slot that is written again."""

    SLOTS: ClassVar[int] = 20

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="refusals", db_index=False)
    slot = models.PositiveSmallIntegerField()
    code = models.TextField()
    field = models.TextField()
    """Path of what does not fit: `body.order.id`."""
    detail = models.TextField()
    excerpt = models.TextField()
    """The beginning of what was sent, redacted; empty where nobody had signed it."""
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "slot"], name="refused_slot_once"),
            models.CheckConstraint(condition=Q(slot__lt=20), name="refused_bounded"),
        ]

    def __str__(self) -> str:
        return self.code


class OpenLimit(models.Model):
    """How many runs of a tenant may be open at once. Only the database counts, so no two requests can overrun it."""

    tenant = models.OneToOneField(Tenant, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    most = models.PositiveIntegerField()
    open_runs = models.IntegerField(db_default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(most__gte=1), name="open_limit_positive"),
            models.CheckConstraint(condition=Q(open_runs__gte=0), name="open_runs_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.open_runs} of {self.most}"

    @property
    def is_full(self) -> bool:
        """Whether the next request is told to wait."""
        return self.open_runs >= self.most
