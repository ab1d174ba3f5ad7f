"""Which recorded runs were attacked, from their `outcome`: read by whoever scores, and by nobody else."""

import json
from functools import cache
from pathlib import Path

from agents.domain import record


@cache
def attacked(place: Path, name: str) -> frozenset[str]:
    """The ids of the runs in which somebody put an order to the agent into what a tool returned."""
    runs = map(json.loads, record.lines_of(record.find(place, name)))
    return frozenset(run["id"] for run in runs if (run.get("outcome") or {}).get("attack"))
