"""Ask for blind audits of what nobody judged in test runs, and for second looks (CALIBRATION sections 2.1 and 4)."""

from collections.abc import Sequence

from django.conf import settings
from django.db import connection

from approvals.domain.calibration.coin import coin
from approvals.models import AuditRequest

SECOND_LOOKS = 0.05
"""Of what reviewers decided, the share that somebody else looks at as well, without being told."""
# What can no longer be undone, of the last week. Who knows neither the key nor the coin cannot tell which it will be.
_REVIEWED = """
SELECT l.verdict_id FROM (SELECT * FROM approvals_label WHERE tenant_id = %s ORDER BY id DESC LIMIT 2000) l
JOIN approvals_verdict v ON v.id = l.verdict_id AND v.is_counted
JOIN approvals_decision d ON d.id = l.decision_id
  AND d.undo_until <= clock_timestamp() AND d.decided_at > now() - interval '7 days'
WHERE l.source = 'review' AND l.teaching <> 'withdrawn'
  AND NOT EXISTS (SELECT 1 FROM approvals_label n WHERE n.supersedes_id = l.id)
  AND NOT EXISTS (SELECT 1 FROM approvals_auditrequest r WHERE r.verdict_id = l.verdict_id)
ORDER BY l.verdict_id
"""


def request(tenant_id: int, verdicts: Sequence[int]) -> None:
    """Write a request for each of these verdicts that has none; `inbox` makes an item of each.

    Two who write the same request at once write one. What ran alone and what was asked about and never decided are
    both requested, so that being asked for an audit says nothing of whether the action ran.
    """
    if not verdicts:
        return
    known = set(AuditRequest.objects.filter(verdict__in=verdicts).values_list("verdict_id", flat=True))
    missing = [AuditRequest(tenant_id=tenant_id, verdict_id=verdict) for verdict in verdicts if verdict not in known]
    AuditRequest.objects.bulk_create(missing, ignore_conflicts=True, batch_size=500)


def request_second(tenant_id: int) -> int:
    """Ask for a second, blind look at a share of what reviewers decided; how many are new. Asking again adds none."""
    with connection.cursor() as cursor:
        cursor.execute(_REVIEWED, [tenant_id])
        reviewed = [int(row[0]) for row in cursor.fetchall()]
    drawn = [one for one in reviewed if coin(settings.COIN_KEY.decode(), f"second look {one}", SECOND_LOOKS)[1]]
    request(tenant_id, drawn)
    return len(drawn)
