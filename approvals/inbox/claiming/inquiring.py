"""Ask the agent back about what it proposes: it answers in words, and the escalation stays where and whose it is."""

from collections.abc import Sequence
from uuid import UUID

from django.db import DatabaseError, transaction
from django.db.models.functions import Now

from approvals.domain.errors import InstructionsMissing, NotOpen, StillAsking
from approvals.domain.escalation import Kind, Status
from approvals.domain.redaction import clean, redact, visible
from approvals.inbox.claiming.holding import keep
from approvals.inbox.deciding import check_may_decide
from approvals.inbox.opening import announce
from approvals.models import Escalation, Inquiry, Member, rows

LONGEST = 1_000
ASKABLE = (Kind.APPROVAL, Kind.QUESTION)
PATIENCE_SECONDS = 60
"""After so long without an answer another worker asks the model again."""

ASK = """
INSERT INTO approvals_inquiry (escalation_id, by_id, key, question, answer) VALUES (%s, %s, %s, %s, '')
ON CONFLICT DO NOTHING RETURNING id
"""
TAKE = """
UPDATE approvals_inquiry SET taken_at = clock_timestamp()
WHERE id = (SELECT i.id FROM approvals_inquiry i JOIN approvals_escalation e ON e.id = i.escalation_id
            WHERE i.answered_at IS NULL AND e.status = 'open' AND e.agent = ANY(%s)
              AND (i.taken_at IS NULL OR i.taken_at < clock_timestamp() - %s * interval '1 second')
            ORDER BY i.id LIMIT 1 FOR UPDATE OF i SKIP LOCKED)
RETURNING id
"""


def ask(escalation: Escalation, *, by: Member, key: UUID, question: str) -> None:
    """Ask the agent one question; the same form asks once, and the next one waits for the answer to the last.

    Raises InstructionsMissing for nothing to read, NotOpen, StillAsking, NotAllowedToDecide.
    """
    check_may_decide(escalation, by)
    if not visible(question) or len(question) > LONGEST:
        raise InstructionsMissing("Ask something, in at most 1,000 characters.")
    if escalation.status != Status.OPEN or escalation.kind not in ASKABLE:
        raise NotOpen
    try:
        with transaction.atomic():
            if rows.fetch(ASK, [escalation.pk, by.pk, key, redact(clean(question.strip()))]):
                keep(escalation, by=by)
                announce(escalation, "said")
                return
    except DatabaseError as refusal:
        if getattr(refusal.__cause__, "sqlstate", "") == "SB009":
            raise NotOpen from refusal
        raise
    if not Inquiry.objects.filter(key=key, by=by, escalation=escalation).exists():
        raise StillAsking


def take(agents: Sequence[str]) -> Inquiry | None:
    """The next question nobody is at, of one of these agents, for whoever asks the model; each is taken by one."""
    found = rows.fetch(TAKE, [list(agents), PATIENCE_SECONDS])
    return Inquiry.objects.select_related("escalation").get(pk=found[0][0]) if found else None


def answer(inquiry: Inquiry, text: str) -> bool:
    """Keep what the agent said, once and only while the escalation is open; empty text says that it gave no answer."""
    words = {"answer": redact(clean(text))[:4_000], "answered_at": Now()}
    try:
        with transaction.atomic():
            if not Inquiry.objects.filter(pk=inquiry.pk, answered_at=None).update(**words):
                return False
            announce(inquiry.escalation, "said")
    except DatabaseError as refusal:
        if getattr(refusal.__cause__, "sqlstate", "") == "SB009":
            return False
        raise
    return True


def inquiries(escalation: Escalation) -> Sequence[Inquiry]:
    """What was asked about this call, also where it came back, oldest first."""
    found = Inquiry.objects.filter(escalation__origin=escalation.origin)
    return list(found.select_related("by").order_by("pk"))
