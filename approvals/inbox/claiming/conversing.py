"""Speak to the user in the agent's place, and keep what is not sent yet."""

from collections.abc import Sequence
from uuid import UUID

from django.db import DatabaseError, transaction
from django.db.models.functions import Now

from approvals.domain.errors import MessageMissing, NotAllowedToDecide, NotHeld, NotOpen
from approvals.domain.escalation import Kind, Status
from approvals.domain.redaction import clean, redact, visible
from approvals.inbox.claiming.holding import claim, keep
from approvals.inbox.deciding import check_may_decide
from approvals.inbox.opening import announce
from approvals.models import Draft, Escalation, Member, Message, rows

LONGEST = 4_000
"""Characters of one message, and of a draft."""

# One form sends one message: who sends it again finds it sent.
SEND = """
INSERT INTO approvals_message (escalation_id, run_key, by_id, key, text) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (key) DO NOTHING RETURNING id
"""
# Only while nobody has said anything since: an answer to what is no longer the last word is no answer.
ANSWER = """
INSERT INTO approvals_message (escalation_id, run_key, key, text)
SELECT e.id, e.run_key, %(key)s, %(text)s FROM approvals_escalation e
WHERE e.id = %(escalation)s AND e.status = 'open'
  AND (SELECT max(id) FROM approvals_message m WHERE m.run_key = e.run_key) = %(last)s
ON CONFLICT (key) DO NOTHING RETURNING id
"""


def send(handoff: Escalation, *, by: Member, key: UUID, text: str) -> bool:
    """Send one message to the user as this person; False when this form has sent it before.

    Takes the conversation where nobody has it, and keeps it. Raises NotHeld when somebody else has it, NotOpen when it
    was given back, MessageMissing, NotAllowedToDecide. The database holds the same, and that nothing is written behind
    the decision that ends it.
    """
    check_may_decide(handoff, by)
    if not visible(text) or len(text) > LONGEST:
        raise MessageMissing
    _check_open(handoff)
    if not claim(handoff, by=by):
        handoff.refresh_from_db()
        _check_open(handoff)
        raise NotHeld
    try:
        with transaction.atomic():
            sent = rows.fetch(SEND, [handoff.pk, handoff.run_key, by.pk, key, redact(clean(text))])
            Draft.objects.filter(escalation=handoff, by=by).update(text="", saved_at=Now())
            announce(handoff, "said")
    except DatabaseError as refusal:
        raise _meaning(refusal) from refusal
    return bool(sent)


def answer(handoff: Escalation, *, last: Message, key: UUID, text: str) -> bool:
    """Write what the user answered to a message; False when the conversation has gone on or was given back."""
    if not visible(text):
        return False
    with transaction.atomic():
        names = {"escalation": handoff.pk, "last": last.pk, "key": key, "text": redact(clean(text))[:LONGEST]}
        is_written = bool(rows.fetch(ANSWER, names))
        if is_written:
            announce(handoff, "said")
    return is_written


def save_draft(handoff: Escalation, *, by: Member, text: str) -> None:
    """Keep what this person has begun to write; the last write stands, and nobody else ever sees it.

    Who has the conversation keeps it by writing.
    """
    check_may_decide(handoff, by)
    keep(handoff, by=by)
    kept = {"text": clean(text)[:LONGEST], "saved_at": Now()}
    Draft.objects.update_or_create(escalation=handoff, by=by, defaults=kept)


def draft_of(handoff: Escalation, *, by: Member) -> str:
    """What this person has written and not sent."""
    return Draft.objects.filter(escalation=handoff, by=by).values_list("text", flat=True).first() or ""


def messages(origin: UUID) -> Sequence[Message]:
    """Everything that was said in handoffs of one origin, also those that were undone, oldest first."""
    return list(Message.objects.filter(escalation__origin=origin).select_related("by").order_by("pk"))


def _check_open(handoff: Escalation) -> None:
    if handoff.kind != Kind.HANDOFF or handoff.status != Status.OPEN:
        raise NotOpen


def _meaning(refusal: DatabaseError) -> Exception:
    """What a law that refused a message says to the person; anything else is no answer of ours."""
    match getattr(refusal.__cause__, "sqlstate", ""):
        case "SB015":
            return NotHeld()
        case "SB009":
            return NotOpen()
        case "SB011":
            return NotAllowedToDecide()
    return refusal
