"""Laws of rulesets: one is live for each tenant, and what loosens went live by a second admin."""

from itertools import pairwise

from approvals.domain.errors import ApprovalError
from approvals.domain.gate import parse_ruleset
from approvals.learning.tuning.loosening import is_loosening
from approvals.models import Ruleset
from console.management.invariants.law import Law

ONE_LIVE_RULESET = """
SELECT 'tenant ' || tenant_id AS id FROM approvals_ruleset
GROUP BY tenant_id HAVING count(*) FILTER (WHERE status = 'live') <> 1
UNION ALL
SELECT 'tenant ' || tenant_id FROM approvals_ruleset
GROUP BY tenant_id HAVING min(version) <> 1 OR max(version) <> count(*)
"""

SECOND_ADMIN = """
SELECT 'draft ' || p.id AS id
FROM approvals_rulesetproposal p LEFT JOIN approvals_ruleset r ON r.id = p.ruleset_id
WHERE p.status = 'approved'
  AND NOT coalesce(
    p.approved_by_id <> p.proposed_by_id AND r.document = p.document AND r.tenant_id = p.tenant_id, false)
"""


def loosened_alone() -> list[str]:
    """Versions that let through what the one before them asked about, without an approved draft of two admins."""
    rows = Ruleset.objects.order_by("tenant_id", "version").select_related("proposal")
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
        "loosened-by-two",
        "rules that let more run went live through a draft that two admins answer for",
        look=loosened_alone,
    ),
)
