"""Actions that ran alone in a test run and wait for a blind audit."""

from approvals.domain.action import action
from approvals.domain.evidence import Evidence as EvidenceValue
from approvals.domain.verdict import Outcome, Reason
from approvals.inbox import opening
from approvals.inbox.checking import auditing
from approvals.models import AuditRequest, BlindAudit, Tenant, Verdict
from tests.learning import calls
from tests.web.review import papers

TOLD = {
    "score": 0.93123,
    "parts": {"grounding": 0.97531},
    "auto_threshold": 0.81357,
    "reasons": (Reason(code="score", outcome=Outcome.ALLOW, sentence="The score 0.93123 reaches 0.81357."),),
}
"""What the gate said of it, which no auditor is told."""


def ran(value: EvidenceValue | None = None, *, tenant_id: int = Tenant.DEFAULT) -> Verdict:
    """A call that ran alone, with its evidence as the gate froze it."""
    value = value or papers.tagging()
    proposed = action(value.tool.name, value.tool.version, value.arguments)
    verdict = calls.call(
        0.93123,
        tenant_id=tenant_id,
        payload=proposed.payload,
        outcome="allow",
        zone="automatic",
        auto_threshold="0.81357",
        reasons=[{"code": "score", "outcome": "allow", "sentence": "", "rule": ""}],
    )
    opening.freeze(verdict, value.model_copy(update={**TOLD, "payload_sha256": proposed.digest}))
    return verdict


def waiting(value: EvidenceValue | None = None, *, tenant_id: int = Tenant.DEFAULT) -> BlindAudit:
    """An audit of such a call that nobody has answered."""
    verdict = ran(value, tenant_id=tenant_id)
    AuditRequest.objects.create(tenant_id=tenant_id, verdict=verdict)
    auditing.open_requested()
    return BlindAudit.objects.select_related("evidence", "verdict").get(verdict=verdict)
