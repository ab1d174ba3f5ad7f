"""Answer a confirmation: the end user's yes or no, once, with the token of the link and to what was on the screen."""

from approvals.confirming import passing, refreshing
from approvals.domain.decision import DECLINED, DecisionKind, Said
from approvals.domain.errors import AlreadyDecided, NotOpen, StaleEvidence
from approvals.domain.escalation import Kind, Status
from approvals.domain.evidence import Evidence, Returned, moved_rows
from approvals.gating import rulesets
from approvals.inbox import deciding
from approvals.models import Confirmation, Decision, Escalation

NO = "The user said no."
MOVED = "{entities} changed since the user was asked."


def answer(confirmation: Confirmation, token: bytes, *, is_yes: bool, evidence_sha256: str) -> Decision:
    """Record what the end user said and let the run go on from there; `evidence_sha256` is of what they were shown.

    Raises AlreadyDecided or NotOpen when it was answered, passed on, cancelled or overdue; StaleEvidence when something
    else was shown, and when what a yes rests on has changed: then the question is put anew, with the change. The
    database takes the answer only with the token whose hash was stored when it was opened, and only once.
    """
    escalation = confirmation.escalation
    said = Said(
        kind=DecisionKind.APPROVE if is_yes else DecisionKind.REJECT,
        evidence_sha256=evidence_sha256,
        version=escalation.version,
        reason_code="" if is_yes else DECLINED,
        reason="" if is_yes else NO,
    )
    check_open(escalation)
    value = deciding.shown(escalation, said)
    if is_yes:
        _check_still_so(escalation, value)
    rules = rulesets.at(escalation.verdict.ruleset_id)
    return deciding.record(escalation, said, rules=rules, by=None, token=token)


def disown(confirmation: Confirmation) -> Escalation:
    """Whoever has the link says that it is not meant for them: a reviewer decides; raises as `answer`."""
    check_open(confirmation.escalation)
    return passing.pass_on(confirmation.escalation, why="not_theirs")


def check_open(escalation: Escalation) -> None:
    """Raise unless it still waits for the user; whether its time is over the deciding statement tells."""
    if escalation.kind != Kind.CONFIRMATION:
        raise NotOpen("No end user is asked.")
    if escalation.status in (Status.DECIDED, Status.APPLIED):
        raise AlreadyDecided
    if escalation.status != Status.OPEN:
        raise NotOpen


def _check_still_so(escalation: Escalation, value: Evidence) -> None:
    """Ask again where what the call reads has changed since it was shown; of a reviewer, where a check now fails."""
    fresh = refreshing.refreshed(escalation)
    before, after = value.material.preview, fresh.material.preview
    seen = {each.entity: each.digest for each in before.reads}
    now = {each.entity: each.digest for each in after.reads}
    moved = tuple(entity for entity in {**seen, **now} if seen.get(entity) != now.get(entity))
    if not moved:
        return
    reason = MOVED.format(entities=", ".join(moved))
    returned = Returned(reason=reason, entities=moved, rows=moved_rows(before, after))
    material = fresh.material.model_copy(update={"returned": returned})
    is_sound = not any(check.is_failed for check in after.checks)
    kind = Kind.CONFIRMATION if is_sound else Kind.APPROVAL
    passing.replace(escalation, fresh.model_copy(update={"material": material}), kind=kind)
    raise StaleEvidence
