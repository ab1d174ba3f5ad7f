"""The verdicts of a replay as lines, so that two replays can be compared byte for byte."""

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from agents.models import Step
from approvals.models import Verdict

CHANCE = frozenset({"id", "created_at", "origin"})
"""Columns that are drawn or counted anew each time; the call's index in the record stands for the origin."""


def write(path: Path) -> int:
    """Write every verdict, by run and place in it, one JSON document a line; how many there were."""
    calls = dict(Step.objects.filter(kind="tool").values_list("key", "call__call_id"))
    rows = Verdict.objects.order_by("run_key", "seq_in_run").values()
    lines = [json.dumps(_line(dict(row), calls), sort_keys=True, default=_plain) for row in rows]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return len(lines)


def _line(row: dict[str, Any], calls: dict[UUID, Any]) -> dict[str, Any]:
    kept = {column: value for column, value in row.items() if column not in CHANCE}
    return {"call": calls.get(row["origin"]), **kept}


def _plain(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, UUID | Decimal | datetime):
        return str(value)
    raise TypeError(type(value))
