"""Fill the queue with open escalations, by one INSERT..SELECT from a real one that the gate has opened.

As superuser and with triggers off: the guard of escalations would read a verdict and an evidence of its own for each,
and their rows would be copies as well. What is timed reads neither of them: a page of the list shows columns of
escalations alone, which have all their indexes here. Statistics and visibility are brought up to date afterwards, as
autovacuum does, and what was inserted is written out, which would be going on beside the pages otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

TEAMS = 9
RARE = 0
"""The first team has one item in so many; all others have about the same share."""
ONE_IN = 20_000

COLUMNS = """tenant_id, session_key, verdict_id, evidence_id, kind, status, version, title, agent, tool, risk,
stopped_by, undo_seconds"""

# Every item has a team, so that nobody but an admin finds a page without looking for it; due within a month.
FILL = f"""
INSERT INTO approvals_escalation ({COLUMNS}, origin, run_key, team_id, opened_at, due_at)
SELECT {COLUMNS}, gen_random_uuid(), gen_random_uuid(),
       (%(teams)s::bigint[])[CASE WHEN n %% {ONE_IN} = 0 THEN 1 ELSE 2 + n %% {TEAMS - 1} END],
       now(), now() + interval '1 day' + n::bigint * 7919 %% 2592000 * interval '1 second'
FROM (SELECT * FROM approvals_escalation ORDER BY id LIMIT 1) one, generate_series(1, %(rows)s) n
"""  # noqa: S608  # put together from constants


def fill(connection: psycopg.Connection[Any], *, size: int, teams: Sequence[int]) -> None:
    """Bring the queue to that many open items."""
    row = connection.execute("SELECT count(*) FROM approvals_escalation WHERE status = 'open'").fetchone()
    missing = size - int(row[0] if row else 0)
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute(FILL, {"teams": list(teams), "rows": missing})
    connection.execute("VACUUM ANALYZE approvals_escalation")
    connection.execute("CHECKPOINT")
