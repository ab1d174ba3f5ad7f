"""Which recorded runs were attacked, from their `outcome`: read by whoever scores, and by nobody else."""

import json
import os
from functools import cache
from pathlib import Path

from agents.domain import record


@cache
def attacked(place: Path) -> frozenset[str]:
    """The ids of the runs in which somebody put an order to the agent into what a tool returned."""
    path = record.find(place, os.environ.get(record.RUNS_FILE) or record.RUNS)
    runs = map(json.loads, record.lines_of(path))
    return frozenset(run["id"] for run in runs if (run.get("outcome") or {}).get("attack"))
