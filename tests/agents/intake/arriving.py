"""Sources, senders that sign, and schedules, for whoever needs something that comes in."""

import hmac
import json
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.test import Client
from django.urls import reverse

from agents.intake import keeping
from agents.intake.keeping import Planned, Wanted
from agents.models import Schedule, Source, SourceSecret
from approvals.models import Member
from tests import cast
from tests.engine import parcels

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

TICKET: dict[str, Any] = {"ticket": {"id": "T-1", "text": "post 1 please"}, "urgency": 20}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "ticket": {
            "type": "object",
            "properties": {"id": {"type": "string", "minLength": 1}, "text": {"type": "string"}},
            "required": ["id", "text"],
        },
        "urgency": {"type": "integer"},
    },
    "required": ["ticket"],
}
WANTED = Wanted(
    name="tickets",
    agent="post_a",
    title="Ticket {ticket.id}",
    message="{ticket.text}",
    priority="{urgency}",
    session="ticket-{ticket.id}",
    schema=SCHEMA,
)
PLANNED = Planned(
    name="every morning",
    agent="post_a",
    title="The morning's post",
    message="post 1 please",
    priority=5,
    line="0 9 * * *",
    zone="Europe/Berlin",
    late_minutes=15,
)


def source(*, by: Member | None = None, **changed: Any) -> SourceSecret:
    """A source with its secret."""
    parcels.declare()
    by = by or cast.ada()
    found = Source.objects.filter(tenant_id=by.tenant_id, name=changed.get("name", WANTED.name)).first()
    if found is not None:
        return SourceSecret.objects.select_related("source").get(source=found, ends_at=None)
    return keeping.make_source(replace(WANTED, **changed), by=by)


def schedule(*, by: Member | None = None, **changed: Any) -> Schedule:
    """A schedule."""
    parcels.declare()
    by = by or cast.ada()
    found = Schedule.objects.filter(tenant_id=by.tenant_id, name=changed.get("name", PLANNED.name)).first()
    return found or keeping.make_schedule(replace(PLANNED, **changed), by=by)


def signed(secret: str, body: bytes, *, name: str, at: float | None = None) -> dict[str, str]:
    """The headers of a sender who has read nothing but the standard."""
    seconds = str(int(time.time() if at is None else at))
    key = b64decode(secret.removeprefix("whsec_"))
    digest = hmac.digest(key, f"{name}.{seconds}.".encode() + body, "sha256")
    said = f"v1,{b64encode(digest).decode()}"
    return {"Webhook-Id": name, "Webhook-Timestamp": seconds, "Webhook-Signature": said}


def send(
    secret: SourceSecret,
    payload: Any = TICKET,
    *,
    name: str = "msg_1",
    raw: bytes | None = None,
    kind: str = "application/json",
    changed: Mapping[str, str] | None = None,
) -> "Response":
    """Deliver a payload; `changed` headers replace those of a sender who does everything right."""
    body = json.dumps(payload).encode() if raw is None else raw
    headers = signed(secret.written(), body, name=name) | dict(changed or {})
    address = reverse("take_webhook", kwargs={"source": secret.source.key})
    return Client(enforce_csrf_checks=True).post(address, body, content_type=kind, headers=headers)
