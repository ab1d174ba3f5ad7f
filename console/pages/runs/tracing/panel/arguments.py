"""The arguments of a call: what was sent, beside what the agent had proposed."""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from agents.models import Operation
from approvals.domain.gate import leaves
from approvals.models import Decision, Verdict
from approvals.models.columns import digest
from console.pages.runs.tracing.panel.values import Argument, Arguments
from console.pages.runs.tracing.reading import Detail

MOST_LINES = 60
NOTHING = object()


def arguments(detail: Detail) -> Arguments | None:
    """The bytes that ran, else those a person approved, else those the gate judged; None before the gate was asked."""
    if not detail.verdicts:
        return None
    proposed = bytes(detail.verdicts[-1].payload)
    edit = _edit(detail)
    payload, heading = proposed, _("Arguments proposed")
    if detail.operations:
        payload, heading = bytes(detail.operations[-1].payload), _("Arguments sent")
    elif edit is not None and edit.payload is not None:
        payload, heading = bytes(edit.payload), _("Arguments approved")
    first = bytes(detail.verdicts[0].payload)
    before, after = _leaves(first), _leaves(payload)
    lines = tuple(_line(path, before, after) for path in {**after, **before})
    return Arguments(
        heading=heading,
        lines=lines[:MOST_LINES],
        payload=payload.decode(errors="replace"),
        sha256=_digest(detail, payload),
        changed_by=edit.author if edit and any(line.is_changed for line in lines) else "",
    )


def _edit(detail: Detail) -> Decision | None:
    """The last decision that sent other bytes than were proposed, unless its reader may not know."""
    edits = [decision for decision in detail.decisions if decision.payload is not None]
    return edits[-1] if edits else None


def _leaves(payload: bytes) -> dict[str, Any]:
    found: Mapping[str, Any] = json.loads(payload)["arguments"]
    return dict(leaves(dict(found)))


def _line(path: str, before: dict[str, Any], after: dict[str, Any]) -> Argument:
    old, new = before.get(path, NOTHING), after.get(path, NOTHING)
    return Argument(path, _text(new), _text(old) if old != new else None, old != new)


def _text(value: Any) -> str | None:
    if value is NOTHING:
        return None
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _digest(detail: Detail, payload: bytes) -> str:
    """The digest as the database computed or checked it, never one computed for the page."""
    rows: tuple[Operation | Decision | Verdict, ...] = (*detail.operations, *detail.decisions, *detail.verdicts)
    for row in rows:
        if row.payload is not None and bytes(row.payload) == payload:
            return digest(row.payload_sha256)
    return ""
