"""Items that take more than one key, and people who say what they say."""

from datetime import timedelta
from typing import Any

from approvals.domain.decision import DecisionKind, Said
from approvals.domain.evidence import Evidence
from approvals.inbox import deciding
from approvals.models import Decision, Escalation, Member, Role
from tests import cast
from tests.web.review import papers, stage


def put(persons: int = 2, *, paper: Evidence | None = None, **columns: Any) -> Escalation:
    """An item that so many persons approve."""
    columns = {"persons": persons, "is_separate": persons > 1} | columns
    return stage.put(paper or papers.tagging(), due=timedelta(days=2), **columns)


def said(item: Escalation, kind: DecisionKind = DecisionKind.APPROVE, **fields: Any) -> Said:
    """What an honest form sends."""
    reason = {"reason_code": "duplicate"} if kind is DecisionKind.REJECT else {}
    values = {"kind": kind, "evidence_sha256": item.evidence.digest, "version": item.version}
    return Said(**{**values, **reason, **fields})


def vote(item: Escalation, by: Member, **more: Any) -> Decision | None:
    """Approve as one of several, from the item as it is now."""
    fresh = Escalation.objects.select_related("evidence", "verdict").get(pk=item.pk)
    return deciding.vote(fresh, by=by, said=said(fresh), **more)


def ben() -> Member:
    """A third reviewer."""
    return cast.member("Ben", Role.REVIEWER)
