"""Export labels as documents with a stable schema, for training and for auditors."""

from collections.abc import Iterator
from typing import Any

from approvals.models import Label
from approvals.models.columns import digest

SCHEMA = "signalbox-label-1"


def documents(tenant_id: int, *, current: bool = True) -> Iterator[dict[str, Any]]:
    """One document a label in the order they were written; with `current` only those that nothing supersedes.

    Names and types are those of CALIBRATION 2.2; hashes are hexadecimal, times ISO 8601 in UTC, scores numbers.
    """
    labels = Label.objects.filter(tenant_id=tenant_id).select_related("verdict", "decision__by").order_by("pk")
    if current:
        labels = labels.filter(superseded_by=None).exclude(teaching="withdrawn")
    for label in labels.iterator(chunk_size=500):
        yield document(label)


def document(label: Label) -> dict[str, Any]:
    """One label with the verdict it is about."""
    verdict, decision = label.verdict, label.decision
    return {
        "schema": SCHEMA,
        "label_id": label.pk,
        "action_id": verdict.pk,
        "gate_seq": verdict.pk,
        "run_id": str(verdict.run_key),
        "seq_in_run": verdict.seq_in_run,
        "route_id": verdict.route,
        "tool": verdict.tool,
        "effect": verdict.effect,
        "payload_sha256": digest(verdict.payload_sha256),
        "agent": verdict.agent,
        "agent_version": verdict.agent_version,
        "policy_version": verdict.ruleset_id,
        "score": _number(verdict.score),
        "score_parts": verdict.score_parts,
        "auto_threshold": _number(verdict.auto_threshold),
        "ask_threshold": _number(verdict.ask_threshold),
        "zone": verdict.zone,
        "forced_reason": verdict.forced_reason,
        "outcome": verdict.outcome,
        "coin_u": _number(verdict.coin_u),
        "coin_rate": _number(verdict.coin_rate),
        "is_test": verdict.is_test,
        "label_propensity": _number(verdict.label_propensity),
        "features": verdict.features,
        "source": label.source,
        "verdict": label.teaching,
        "material": label.material,
        "blind": label.blind,
        "saw_score": label.saw_score,
        "saw_suggestion": label.saw_suggestion,
        "reason_code": decision.reason_code if decision else "",
        "reason": decision.reason if decision else "",
        "evidence_sha256": digest(decision.evidence_sha256) if decision else "",
        "opened_at": label.opened_at.isoformat(),
        "decided_at": label.decided_at.isoformat(),
        "supersedes": label.supersedes_id,
    }


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
