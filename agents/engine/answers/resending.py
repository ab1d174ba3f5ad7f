"""Settle dead letters: send a step again after a fix, or give its run up; once, with who and why."""

from django.db import transaction
from django.db.models.functions import Now

from agents.domain.errors import AlreadySettled
from agents.domain.run import OperationOutcome, StepStatus
from agents.engine import advancing
from agents.engine.queue import waking
from agents.models import Letter, Operation
from agents.models.letter import Settlement
from approvals.domain.errors import NotAllowedToDecide, ReasonMissing
from approvals.domain.redaction import clean, redact, visible
from approvals.models import AuditEntry, Member, rows

LONGEST_REASON = 500
"""Characters of a reason that are kept."""

RESEND = """
UPDATE agents_step SET status = 'ready', failures = 0, wake_at = clock_timestamp(), ready_at = clock_timestamp()
WHERE id = %s AND status = 'waiting' RETURNING id
"""

FAIL = """
UPDATE agents_step SET status = 'failed', error = %(error)s, output = jsonb_build_object('text', %(error)s::text),
       ended_at = clock_timestamp()
WHERE id = %(step)s AND status = 'waiting' RETURNING id
"""


def resend(letter: Letter, *, by: Member, reason: str = "") -> None:
    """Let the step be tried again from now on, as often as a new one.

    It is the same step, so what it sends outside has the same operation key, and what its run did before is not done
    again. An intent that was begun is recovered by its class. Raises NotAllowedToDecide for who is no admin of the
    tenant, and AlreadySettled for all but the first of those who settle a letter at once.
    """
    with transaction.atomic():
        _settle(letter, Settlement.RESENT, by=by, reason=_words(letter, by, reason))
        if not rows.fetch(RESEND, [letter.step_id]):
            raise AlreadySettled
        waking.wake_after_commit()


def resend_all(letters: list[Letter], *, by: Member, reason: str = "") -> int:
    """Resend each of these that is still open, each in a transaction of its own; how many there were."""
    sent = 0
    for letter in letters:
        try:
            resend(letter, by=by, reason=reason)
        except AlreadySettled:
            # Somebody settles them one by one at the same time; theirs stands.
            continue
        sent += 1
    return sent


def discard(letter: Letter, *, by: Member, reason: str) -> None:
    """Give a run up: its step has failed with the error of the letter, what was planned behind it is cancelled.

    An intent in our own database ends as failed, because it certainly did not happen; one outside is never in a
    letter. Raises as `resend`, and ReasonMissing.
    """
    words = _words(letter, by, reason)
    if not visible(words):
        raise ReasonMissing
    error = letter.error or "given up"
    with transaction.atomic():
        # First, as whoever cancels does: run, letter, step.
        advancing.lock_run(letter.run_id)
        _settle(letter, Settlement.DISCARDED, by=by, reason=words)
        begun = Operation.objects.filter(step_id=letter.step_id, outcome=None, effect_class="A")
        begun.update(outcome=OperationOutcome.FAILED, error="its dead letter was discarded", ended_at=Now())
        if not rows.fetch(FAIL, {"step": letter.step_id, "error": error}):
            raise AlreadySettled
        advancing.drop(letter.run_id)
        advancing.settle(letter.run_id, end=StepStatus.FAILED, result={"text": error})


def _words(letter: Letter, by: Member, reason: str) -> str:
    if not by.is_admin or by.tenant_id != letter.tenant_id:
        raise NotAllowedToDecide("Only an admin can settle a dead letter.")
    return redact(clean(reason.strip()))[:LONGEST_REASON]


def _settle(letter: Letter, settlement: Settlement, *, by: Member, reason: str) -> None:
    """One conditional UPDATE decides who settles a letter; the audit keeps it."""
    still_open = Letter.objects.filter(pk=letter.pk, settled_at=None)
    if not still_open.update(settled_at=Now(), settlement=settlement, settled_by=by, reason=reason):
        raise AlreadySettled
    details = {"letter": letter.pk, "cause": letter.cause, "subject": letter.subject, "reason": reason}
    AuditEntry.objects.create(
        tenant_id=letter.tenant_id, by=by, verb=f"letter.{settlement}", object=str(letter.run.key), details=details
    )
