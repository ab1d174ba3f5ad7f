"""Take a webhook: find out who sent it, make a request of it once, and keep what could not be taken."""

import json
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from agents.domain.errors import AgentError
from agents.engine import accepting
from agents.intake import mapping, signing
from agents.intake.mapping import Templates
from agents.intake.refusals import BadSignature, OtherPayload, PayloadRefused, SourcePaused
from agents.models import Delivery, Refused, Request, Run, Source, SourceSecret
from approvals.domain.redaction import clean, redact, redact_json
from approvals.models import rows

LONGEST_DETAIL, LONGEST_FIELD, LONGEST_EXCERPT = 500, 200, 600

# The row of the source is locked by its counter, so that two refusals take two slots.
KEEP = """
WITH s AS (
  UPDATE agents_source SET refused = refused + 1 WHERE id = %(source)s
  RETURNING id, (refused - 1) %% %(slots)s AS slot)
INSERT INTO agents_refused (source_id, slot, code, field, detail, excerpt, at)
SELECT s.id, s.slot, %(code)s, %(field)s, %(detail)s, %(excerpt)s, clock_timestamp() FROM s
ON CONFLICT (source_id, slot) DO UPDATE SET code = excluded.code, field = excluded.field, detail = excluded.detail,
  excerpt = excluded.excerpt, at = excluded.at
RETURNING slot
"""


class Taken(NamedTuple):
    """What a delivery came to."""

    run: Run
    is_new: bool
    """False for one that was sent before."""


def find(key: UUID) -> Source:
    """The source of an address; raises BadSignature, so that nobody learns which addresses there are."""
    found = Source.objects.filter(key=key).first()
    if found is None:
        raise BadSignature
    return found


def check_sender(source: Source, delivery: signing.Delivery) -> None:
    """Raise BadSignature unless a secret of the source that is good now signed exactly this; then SourcePaused.

    Database time decides both which secrets are good and whether the time that was signed is near.
    """
    kept = SourceSecret.objects.filter(source=source).exclude(ends_at__lte=Now()).annotate(now=Now())
    secrets = list(kept)
    now = secrets[0].now.timestamp() if secrets else timezone.now().timestamp()
    for secret in secrets:
        secret.source = source
    if not signing.is_signed(delivery, [secret.raw() for secret in secrets], now=now):
        raise BadSignature
    if source.paused_at is not None:
        raise SourcePaused


def take(source: Source, *, delivery_id: str, payload: Any) -> Taken:
    """Make a run of the payload of a delivery whose sender was checked, or return the run it was made into before.

    The id is the sender's, and names a delivery of this source for ever: sent again, however late and by however many
    at once, it gets the first run (unique in the database). One transaction. Raises PayloadRefused, OtherPayload for
    an id that came with another payload, and what `accept` raises.
    """
    mapping.check_payload(payload, source.schema)
    templates = Templates(source.title, source.message, source.priority, source.session)
    asked, wanted = mapping.fill(templates, payload), uuid4()
    body = {"message": asked.message, "payload": payload}
    with transaction.atomic():
        run = accepting.accept(
            agent=source.agent,
            title=asked.title,
            body=body,
            tenant_id=source.tenant_id,
            source=source.origin,
            dedupe_key=delivery_id,
            session_key=asked.session_key,
            priority=asked.priority,
            key=wanted,
        )
        if run.key == wanted:
            Delivery.objects.create(source=source, run=run)
            return Taken(run, is_new=True)
    # The database compares, as it compares JSON. What a template makes of it may have been changed since.
    if not Request.objects.filter(pk=run.request_id, body__payload=redact_json(payload)).exists():
        raise OtherPayload
    return Taken(run, is_new=False)


def keep_refused(source: Source, error: AgentError, *, field: str = "", payload: Any = None) -> None:
    """Keep for the admin why a delivery was not taken, with the beginning of its payload, redacted.

    Of a source the newest `Refused.SLOTS` are kept, so that no sender fills the table.
    """
    kept = redact_json(payload)
    detail = _said_of(kept, source) if isinstance(error, PayloadRefused) else str(error)
    text = "" if payload is None else json.dumps(kept, ensure_ascii=False)
    keep(source, code=error.code, field=field, detail=detail or str(error), excerpt=text)


def _said_of(payload: Any, source: Source) -> str:
    """What does not fit, as a schema says it of the redacted payload: its sentences quote values."""
    try:
        mapping.check_payload(payload, source.schema)
    except PayloadRefused as error:
        return str(error)
    return ""


def keep(source: Source, *, code: str, field: str, detail: str, excerpt: str = "") -> None:
    """The same for what was refused before there was a payload."""
    names = {
        "source": source.pk,
        "slots": Refused.SLOTS,
        "code": code,
        "field": clean(redact(field))[:LONGEST_FIELD],
        "detail": clean(redact(detail))[:LONGEST_DETAIL],
        "excerpt": excerpt[:LONGEST_EXCERPT],
    }
    rows.fetch(KEEP, names)
