"""Laws of rulesets: one is live for each tenant, and what loosens went live by a second admin."""

from itertools import pairwise

from approvals.domain.errors import ApprovalError
from approvals.domain.gate import parse_ruleset
from approvals.learning.tuning.loosening import is_loosening
from approvals.models import Ruleset
from approvals.models.ruleset import RulesetStatus
from console.management.invariants.law import Law

ONE_LIVE_RULESET = """
SELECT 'tenant ' || tenant_id AS id FROM approvals_ruleset
GROUP BY tenant_id HAVING count(*) FILTER (WHERE status = 'live') <> 1
UNION ALL
SELECT 'tenant ' || tenant_id FROM approvals_ruleset WHERE status <> 'draft'
GROUP BY tenant_id HAVING min(version) <> 1 OR max(version) <> count(*)
"""

SECOND_ADMIN = """
SELECT 'draft ' || p.id AS id
FROM approvals_rulesetproposal p LEFT JOIN approvals_ruleset r ON r.id = p.ruleset_id
WHERE p.status = 'approved'
  AND NOT coalesce(
    p.approved_by_id <> p.proposed_by_id AND r.document = p.document AND r.tenant_id = p.tenant_id, false)
"""

# Of times that have moved since nothing can be told; those that have not tell it for good.
NEW_ADMIN = """
WITH acts AS (
  SELECT 'draft ' || id AS id, tenant_id, proposed_by_id AS first, approved_by_id AS second, closed_at AS at
  FROM approvals_rulesetproposal WHERE status = 'approved'
  UNION ALL
  SELECT 'canary ' || c.id, c.tenant_id, p.proposed_by_id, c.started_by_id, c.started_at
  FROM approvals_canary c JOIN approvals_rulesetproposal p ON p.id = c.proposal_id
  UNION ALL
  SELECT 'erasure ' || id, tenant_id, requested_by_id, closed_by_id, closed_at
  FROM approvals_erasure WHERE status = 'done')
SELECT a.id FROM acts a JOIN approvals_member s ON s.id = a.second
WHERE s.admin_since BETWEEN a.at - interval '23 hours 59 minutes' AND a.at
  AND EXISTS (SELECT 1 FROM approvals_member o WHERE o.tenant_id = a.tenant_id AND o.admin_since < s.admin_since
              AND ((o.is_active AND o.role = 'admin') OR o.admin_until > a.at)
              AND o.id NOT IN (a.first, a.second))
"""

CANARIES = """
SELECT 'verdict ' || v.id AS id
FROM approvals_ruleset r JOIN approvals_verdict v ON v.ruleset_id = r.id
     LEFT JOIN approvals_canary c ON c.ruleset_id = r.id
     LEFT JOIN approvals_rulesetproposal p ON p.id = c.proposal_id
WHERE r.status = 'draft'
  AND NOT coalesce(v.id > c.after_verdict AND v.is_test AND c.started_by_id <> p.proposed_by_id
                   AND r.document = p.document AND v.tenant_id = c.tenant_id, false)
UNION ALL
SELECT 'run ' || v.run_key FROM approvals_canary c JOIN approvals_verdict v ON v.ruleset_id = c.ruleset_id
     JOIN approvals_verdict before ON before.run_key = v.run_key AND before.seq_in_run < v.seq_in_run
WHERE before.ruleset_id <> c.ruleset_id
"""


def loosened_alone() -> list[str]:
    """Versions that let through what the one before them asked about, without an approved draft of two admins."""
    versions = Ruleset.objects.exclude(status=RulesetStatus.DRAFT)
    rows = versions.order_by("tenant_id", "version").select_related("proposal")
    return [
        f"ruleset {after.pk}"
        for before, after in pairwise(rows)
        if before.tenant_id == after.tenant_id and not after.is_sample and _is_alone(after) and _loosens(before, after)
    ]


def _is_alone(row: Ruleset) -> bool:
    draft = getattr(row, "proposal", None)
    return draft is None or draft.approved_by_id in (None, draft.proposed_by_id)


def _loosens(before: Ruleset, after: Ruleset) -> bool:
    """What cannot be read could say anything."""
    try:
        old, new = (parse_ruleset(bytes(row.document).decode()) for row in (before, after))
    except (ApprovalError, ValueError):
        return True
    return is_loosening(old, new)


LAWS = (
    Law("one-live-ruleset", "a tenant with rules has one live version, numbered without gaps", ONE_LIVE_RULESET),
    Law("second-admin", "a draft went live as it was shown, approved by another admin", SECOND_ADMIN),
    Law(
        "new-admin",
        "nobody was the second admin within a day of becoming one, where a third had been one for longer",
        NEW_ADMIN,
    ),
    Law(
        "canary",
        "what a draft judged was a canary's that a second admin began, whole runs of it",
        CANARIES,
    ),
    Law(
        "loosened-by-two",
        "rules that let more run went live through a draft that two admins answer for",
        look=loosened_alone,
    ),
)
