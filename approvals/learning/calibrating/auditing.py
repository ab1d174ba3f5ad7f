"""Ask for a blind audit of what test runs did without anybody's verdict (CALIBRATION section 2.1)."""

from collections.abc import Sequence

from approvals.models import AuditRequest


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
