"""Each minute: a canary action in every lane of a worker, which has to be stopped, and what came of it as a row.

A worker that walks past the gate, whose role owns the tables, or that is not there at all, is seen within minutes. The
action is proposed, judged, held and attacked as any other, in transactions that are rolled back.
"""

import threading
from datetime import datetime
from typing import NamedTuple

import structlog
from django.db import connection

from agents.guards.leases import Holder
from agents.proving import checking
from agents.proving.guarantees import CORE, installing
from agents.proving.stage import held_by
from agents.tools import registry
from approvals.models import rows

log = structlog.get_logger(__name__)

SILENT_SECONDS = 180
"""A lane of which nobody has heard so long is unproven: two canaries in a row are missing."""
LONGEST = 300

NOTE = """
INSERT INTO agents_laneproof (lane, otherwise, worker)
SELECT lane, %(otherwise)s, coalesce((SELECT name FROM agents_worker WHERE id = %(worker)s), '')
FROM unnest(%(lanes)s::text[]) AS lane
ON CONFLICT (lane) DO UPDATE SET otherwise = EXCLUDED.otherwise, worker = EXCLUDED.worker
"""

# A lane that was never tried is as old as the first worker that could have.
STANDING = """
SELECT lane, p.proven_at, coalesce(p.otherwise, ''), coalesce(p.worker, ''),
       coalesce(coalesce(p.tried_at, (SELECT min(started_at) FROM agents_worker))
                < statement_timestamp() - %(silent)s * interval '1 second', false),
       p.tried_at IS NULL
FROM unnest(%(lanes)s::text[]) WITH ORDINALITY AS wanted (lane, place) LEFT JOIN agents_laneproof p USING (lane)
ORDER BY place
"""

_one_at_a_time = threading.Lock()


def patrol(holder: Holder) -> bool:
    """Prove every lane of a worker and write down what came of it; False when one could not be proven.

    Two patrols of one process do not overlap; those of several processes may.
    """
    with _one_at_a_time:
        held = [_prove(holder.worker_id, lane) for lane in holder.lanes]
    return all(held)


def _prove(worker_id: int, lane: str) -> bool:
    with held_by(worker_id, lane=lane):
        found = checking.check((*installing.ALL, *CORE))
    otherwise = " ".join(one.otherwise for one in found)[:LONGEST].strip()
    if otherwise:
        log.error("lane_unproven", lane=lane, otherwise=otherwise)
    with connection.cursor() as cursor:
        cursor.execute(NOTE, {"lanes": [lane], "otherwise": otherwise, "worker": worker_id})
    return not otherwise


class Coverage(NamedTuple):
    """How one lane stands."""

    lane: str
    proven_at: datetime | None
    """When it was last proven; None for never."""
    otherwise: str
    """Why the last proof failed; empty when it held."""
    worker: str
    is_silent: bool
    """Nobody has tried for too long."""
    is_untried: bool
    """No canary was ever sent here."""

    @property
    def is_proven(self) -> bool:
        """Whether nothing runs past the gate in this lane, as far as anybody can know."""
        return not (self.otherwise or self.is_silent or self.is_untried)

    @property
    def is_alarming(self) -> bool:
        """Whether somebody should look."""
        return bool(self.otherwise) or self.is_silent


def coverage() -> tuple[Coverage, ...]:
    """How every lane of the registered tools stands, by the clock of the database; the default lane first."""
    lanes = ["default", *sorted({tool.lane for tool in registry.tools()} - {"default"})]
    found = rows.fetch(STANDING, {"lanes": lanes, "silent": SILENT_SECONDS})
    return tuple(Coverage(*row) for row in found)
