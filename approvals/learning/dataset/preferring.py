"""Edits as pairs: what an agent proposed, what a person made of it, and why."""

import json
from collections.abc import Iterator
from typing import Any

from approvals.domain.decision import DecisionKind
from approvals.domain.gate import leaves
from approvals.learning import exporting
from approvals.models import ErasedRun, Label

SCHEMA = "signalbox-preference-1"
ROWS = 200
NOTHING = object()


def pairs(tenant_id: int, *, until: int) -> Iterator[dict[str, Any]]:
    """The pair of each edit whose label stood when `until` was the newest, in the order they were written.

    Of what was erased there is nothing left to compare.
    """
    rows = exporting.as_of(tenant_id, until=until).filter(decision__kind=DecisionKind.EDIT)
    rows = rows.exclude(verdict__run_key__in=ErasedRun.objects.values("run_key"))
    after = 0
    while found := list(rows.filter(pk__gt=after)[:ROWS]):
        after = found[-1].pk
        yield from (_pair(label) for label in found)


def lines(tenant_id: int, *, until: int) -> Iterator[bytes]:
    """The same as lines of JSONL."""
    return (exporting.line(pair) for pair in pairs(tenant_id, until=until))


def _pair(label: Label) -> dict[str, Any]:
    decision, verdict = label.decision, label.verdict
    assert decision is not None
    assert decision.payload is not None
    before, after = (json.loads(bytes(payload))["arguments"] for payload in (verdict.payload, decision.payload))
    return {
        "schema": SCHEMA,
        "label_id": label.pk,
        "action_id": verdict.pk,
        "run_id": str(verdict.run_key),
        "agent": verdict.agent,
        "agent_version": verdict.agent_version,
        "tool": verdict.tool,
        "before": before,
        "after": after,
        "changed": _changed(before, after),
        "material": label.material,
        "reason_code": decision.reason_code,
        "reason": decision.reason,
        "decided_at": label.decided_at.isoformat(),
    }


def _changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    old, new = dict(leaves(before)), dict(leaves(after))
    return sorted(path for path in {**old, **new} if old.get(path, NOTHING) != new.get(path, NOTHING))
