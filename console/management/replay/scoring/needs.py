"""Which recorded runs needed a person, from their `outcome`: read by whoever scores, and by nobody else."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from agents.domain import record


@cache
def needing(place: Path, name: str) -> Mapping[str, bool]:
    """By the id of a run whether its reference solution hands the customer to a person, where that is known."""
    runs = map(json.loads, record.lines_of(record.find(place, name)))
    said = {run["id"]: (run.get("outcome") or {}).get("human_needed") for run in runs}
    return {name: bool(needed) for name, needed in said.items() if needed is not None}
