"""Tell the next level of an item's escalation policy that nobody decides it."""

from django.db import transaction

from approvals.domain.escalation.levels import Level, following
from approvals.domain.gate import policy_of
from approvals.gating import rulesets
from approvals.inbox.opening import announce
from approvals.models import Escalation, Notice, Role, Team, rows

BATCH = 200

# What is halted waits: nobody is hurried for what cannot run, and `halting.lift` gives the time back.
DUE = """
SELECT e.id FROM approvals_escalation e
WHERE e.status = 'open' AND e.level_at <= statement_timestamp() AND NOT EXISTS (
  SELECT 1 FROM approvals_halt h WHERE h.lifted_at IS NULL AND h.tenant_id = e.tenant_id
    AND (h.scope = 'everything' OR (h.scope = 'agent' AND h.key = e.agent) OR (h.scope = 'tool' AND h.key = e.tool)
         OR (h.scope = 'run' AND h.key = e.run_key::text)))
ORDER BY e.level_at LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
"""
RAISE = """
UPDATE approvals_escalation
SET level = level + 1, went_to = goes_to, goes_to = %(goes_to)s,
    level_at = statement_timestamp() + %(minutes)s * interval '1 minute'
WHERE id = %(id)s AND status = 'open' AND level = %(level)s AND level_at <= statement_timestamp() RETURNING level
"""


def raise_due() -> int:
    """Tell the next level of one batch of items that nobody has decided in time; how many there were.

    Any number of processes may do it at once: each item goes up one level by one of them. By the policy of the rules
    it was judged by; whoever is told is written down as a row, for channels to send.
    """
    with transaction.atomic():
        due = [row[0] for row in rows.fetch(DUE, [BATCH])]
        found = Escalation.objects.select_related("verdict").filter(pk__in=due).order_by("pk")
        return sum(_raise(escalation) for escalation in found)


def _raise(escalation: Escalation) -> bool:
    policy = policy_of(rulesets.at(escalation.verdict.ruleset_id), agent=escalation.agent, tool=escalation.tool)
    level = policy.at(escalation.level) if policy else None
    after = following(policy, escalation.level + 1)
    names = {
        "id": escalation.pk,
        "level": escalation.level,
        "goes_to": after.name if after else "",
        "minutes": after.minutes if after else None,
    }
    if level is None or not rows.fetch(RAISE, names):
        return False
    team = _team(escalation, level)
    role = "" if team else level.role or Role.ADMIN
    Notice.objects.create(escalation=escalation, level=escalation.level + 1, team=team, role=role)
    announce(escalation, "raised")
    return True


def _team(escalation: Escalation, level: Level) -> Team | None:
    """The team of a level; None for a role, and where the team is gone or cannot see the item: then admins are told."""
    if level.team is None:
        return None
    found = Team.objects.filter(tenant_id=escalation.tenant_id, name=level.team).first()
    return found if found and escalation.team_id in (None, found.pk) else None
