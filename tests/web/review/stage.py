"""Escalations as the tests of the queue need them, put into the database without an engine."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db.models.functions import Now

from approvals.domain.action import action
from approvals.domain.escalation import Kind
from approvals.domain.evidence import Evidence as EvidenceValue
from approvals.domain.verdict import Outcome
from approvals.gating import rulesets
from approvals.inbox import opening
from approvals.models import Confirmation, Escalation, Ruleset, Tenant, Verdict
from tests.web.review import papers


def put(
    value: EvidenceValue | None = None,
    *,
    kind: Kind = Kind.APPROVAL,
    due: timedelta = timedelta(minutes=30),
    tenant_id: int = Tenant.DEFAULT,
    **columns: Any,
) -> Escalation:
    """Put one escalation into the queue, by default a reversible one that anyone may decide."""
    value = value or papers.tagging()
    outcome = Outcome.CONFIRM if kind is Kind.CONFIRMATION else Outcome.ASK
    verdict = verdict_for(value, tenant_id=tenant_id, outcome=outcome)
    columns = {"agent": "billing-assist", "stopped_by": _stopped_by(value), "undo_seconds": 10} | columns
    made = Escalation.objects.create(
        tenant_id=tenant_id,
        verdict=verdict,
        evidence=opening.freeze(verdict, value),
        origin=verdict.origin,
        run_key=verdict.run_key,
        kind=kind,
        title=value.material.title,
        tool=value.tool.name,
        risk=value.tool.reversibility,
        brief=value.material.preview.affects,
        failed_checks=sum(check.is_failed for check in value.material.preview.checks),
        due_at=Now() + due,
        **columns,
    )
    if kind is Kind.CONFIRMATION:
        Confirmation.objects.issue(made)
    opening.announce(made, "opened")
    return Escalation.objects.get(pk=made.pk)


def verdict_for(value: EvidenceValue, *, tenant_id: int, outcome: Outcome = Outcome.ASK) -> Verdict:
    """The verdict that asked a person, or the end user."""
    proposed = action(value.tool.name, value.tool.version, value.arguments)
    return Verdict.objects.create(
        tenant_id=tenant_id,
        origin=uuid4(),
        run_key=uuid4(),
        seq_in_run=1,
        payload=proposed.payload,
        tool=value.tool.name,
        effect=value.tool.effect,
        is_counted=True,
        agent="billing-assist",
        agent_version="1",
        outcome=outcome,
        reasons=[],
        route="default",
        zone="forced",
        ruleset=_ruleset(tenant_id),
        coin_u="0.5",
        coin_rate="1",
        is_test=True,
        label_propensity="1",
    )


def _ruleset(tenant_id: int) -> Ruleset:
    if not Ruleset.objects.filter(tenant_id=tenant_id).exists():
        rulesets.install_default(tenant_id)
    return Ruleset.objects.filter(tenant_id=tenant_id).latest("version")


def _stopped_by(value: EvidenceValue) -> str:
    return f"rule {value.reasons[0].rule}" if value.reasons and value.reasons[0].rule else "random audit"
