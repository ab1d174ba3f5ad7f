"""Pass a confirmation on: to a reviewer who decides instead, or to the user again with what changed since."""

import structlog
from django.db import transaction

from approvals.confirming import refreshing
from approvals.domain.errors import NotOpen
from approvals.domain.escalation import Apart, Kind
from approvals.domain.evidence import Evidence, UserAsked
from approvals.gating import rulesets
from approvals.inbox import opening
from approvals.models import AuditEntry, Escalation, Member, rows

BATCH = 50
log = structlog.get_logger(__name__)

DUE = """
SELECT id FROM approvals_escalation WHERE status = 'open' AND kind = 'confirmation' AND due_at <= statement_timestamp()
ORDER BY due_at LIMIT %s
"""

# By version, so that an answer, a cancel and two who pass it on at the same moment cannot all happen.
SUPERSEDE = """
UPDATE approvals_escalation SET status = 'superseded', version = version + 1, closed_at = now(),
    claimed_by_id = NULL, claimed_until = NULL
WHERE id = %s AND version = %s AND status = 'open' AND kind = 'confirmation' RETURNING version
"""


def pass_on_due() -> int:
    """Pass what no user answered in time on to reviewers, one batch; how many there were.

    Each in a transaction of its own, so that one that cannot be passed on stops no other. Any number of processes may
    do it at once: each row is moved by one.
    """
    passed = 0
    for (escalation_id,) in rows.fetch(DUE, [BATCH]):
        try:
            pass_on(found(escalation_id), why="unanswered")
            passed += 1
        except NotOpen:
            log.info("confirmation_was_faster", escalation=escalation_id)
        except Exception:
            log.exception("confirmation_not_passed_on", escalation=escalation_id)
    return passed


def found(escalation_id: int) -> Escalation:
    """An escalation with what is needed to pass it on."""
    return Escalation.objects.select_related("evidence", "verdict").get(pk=escalation_id)


def pass_on(escalation: Escalation, *, why: str, by: Member | None = None) -> Escalation:
    """Ask a reviewer instead of the user, with what the call would do now; returns the new escalation.

    Raises NotOpen when it was answered, cancelled or passed on in the meantime. One transaction; what the call would do
    is computed before it begins.
    """
    value = refreshing.refreshed(escalation)
    asked = UserAsked.model_validate(
        {"since": escalation.opened_at.isoformat(timespec="seconds"), "why": why, "by": by.name if by else ""}
    )
    material = value.material.model_copy(update={"user": asked, "returned": None})
    with transaction.atomic():
        following = replace(escalation, value.model_copy(update={"material": material}), kind=Kind.APPROVAL)
        if by is not None:
            note(escalation, by, "confirmation.take", successor=str(following))
    return following


def replace(escalation: Escalation, value: Evidence, *, kind: Kind) -> Escalation:
    """Close an open confirmation and open another item about the same call in its place; as `pass_on` otherwise."""
    rules = rulesets.at(escalation.verdict.ruleset_id)
    apart = Apart(escalation.requester_id, escalation.owner_id)
    with transaction.atomic():
        if not rows.fetch(SUPERSEDE, [escalation.pk, escalation.version]):
            raise NotOpen
        following = opening.open_for(
            escalation.verdict,
            value,
            rules=rules,
            team_id=escalation.team_id,
            supersedes=escalation,
            kind=kind,
            apart=apart,
        )
        escalation.refresh_from_db()
        opening.announce(escalation, "superseded")
    return following


def note(escalation: Escalation, by: Member, verb: str, **details: str) -> None:
    """Write down what a person did about a question to the user."""
    AuditEntry.objects.create(tenant_id=escalation.tenant_id, by=by, verb=verb, object=str(escalation), details=details)
