"""The doors the benchmark's human and submitter use: the services behind the browser and the API, no short cuts."""

from collections.abc import Sequence

from django.db import connections

from agents.domain.run import RunStatus
from agents.models import Run
from approvals.domain.decision import DecisionKind, Said
from approvals.inbox import deciding
from approvals.models import Escalation, Member
from approvals.models.rows import fetch
from console.management.bench.preparing import REVIEWER

# The statement of the queue's first page (`EscalationQuerySet.visible_to().open()`): whoever polls a store for keys
# writes a statement once and does not build it anew each time.
PAGE = """
SELECT id, session_key FROM approvals_escalation
WHERE tenant_id = %(tenant)s AND status = 'open'
  AND (team_id IS NULL OR team_id IN (SELECT t.team_id FROM approvals_member_teams t WHERE t.member_id = %(member)s))
ORDER BY due_at, id LIMIT %(size)s
"""


def reviewer() -> Member:
    """Who decides."""
    return Member.objects.get(email=REVIEWER)


def page(member: Member, size: int = 50) -> Sequence[tuple[int, str]]:
    """The first page of what waits for this person: ids and session keys."""
    names = {"tenant": member.tenant_id, "member": member.pk, "size": size}
    return [(item, session) for item, session in fetch(PAGE, names)]


def approve(escalation_id: int, member: Member) -> None:
    """Read what is shown, and approve exactly that."""
    item = Escalation.objects.select_related("evidence", "verdict").get(pk=escalation_id)
    said = Said(kind=DecisionKind.APPROVE, evidence_sha256=item.evidence.digest, version=item.version)
    deciding.decide(item, by=member, said=said)


def finished() -> int:
    """How many runs have succeeded."""
    return Run.objects.filter(status=RunStatus.SUCCEEDED).count()


def close() -> None:
    """Give every connection of this process back, the pool's too."""
    connections.close_all()
    connections["default"].close_pool()  # type: ignore[attr-defined]
