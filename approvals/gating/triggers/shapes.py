"""Shapes of calls: which arguments of which kinds; known once somebody or the rules have let such a call run."""

import hashlib
from typing import Any

from django.db import connection

from approvals.domain.gate import leaves
from approvals.gating.grounding import spelled

LENGTH = 32
"""Hexadecimal digits of a shape."""

# Asked off the way of any call, each minute: until then a shape is new once more, which asks. What was committed late
# may have a lower id than what was read already, so some are read again.
LEARN = """
INSERT INTO approvals_knownshape (tenant_id, agent, tool, shape, verdict_id, decision_id)
SELECT DISTINCT ON (found.tenant_id, found.agent, found.tool, found.shape) found.*
FROM (
  SELECT v.tenant_id, v.agent, v.tool, v.features ->> 'form' AS shape, v.id AS verdict_id, NULL::bigint AS decision_id
  FROM approvals_verdict v
  WHERE v.id > (SELECT coalesce(max(verdict_id), 0) - 1000 FROM approvals_knownshape)
    AND v.is_counted AND v.outcome = 'allow' AND v.features ? 'form'
  UNION ALL
  SELECT v.tenant_id, v.agent, v.tool, v.features ->> 'form', NULL, d.id
  FROM approvals_decision d JOIN approvals_verdict v ON v.id = d.verdict_id
  WHERE d.id > (SELECT coalesce(max(decision_id), 0) - 1000 FROM approvals_knownshape)
    AND d.kind = 'approve' AND d.undo_until <= statement_timestamp() AND v.is_counted AND v.features ? 'form'
    AND NOT EXISTS (SELECT 1 FROM approvals_undo u WHERE u.decision_id = d.id)) AS found
ON CONFLICT DO NOTHING
"""


def shape_of(arguments: dict[str, Any], schema: dict[str, Any]) -> str:
    """The shape of a call: its paths, with `*` for names that no schema declares, and the kinds of values."""
    found = {f"{_spelled(schema, path)}:{_kind(value)}" for path, value in leaves(arguments)}
    return hashlib.sha256("\n".join(sorted(found)).encode(errors="replace")).hexdigest()[:LENGTH]


def learn() -> int:
    """Take in what has run alone or was approved, and cannot be undone any more; how many shapes were new."""
    with connection.cursor() as cursor:
        cursor.execute(LEARN)
        return int(cursor.rowcount)


def _spelled(schema: dict[str, Any], path: str) -> str:
    return ".".join("#" if part.isdigit() else part for part in spelled(schema, path).split("."))


def _kind(value: Any) -> str:
    return "number" if type(value) in (int, float) else type(value).__name__
