"""Send traces of ended runs to a collector: at least once, in any order, and nothing is lost while it is down.

The transaction that ends a run leaves a row (`Unsent`) where there is a collector; it is gone when the collector has
taken the trace. Runs that ended before there was one are not sent.
"""

from collections.abc import Sequence
from typing import Any

import httpx
import structlog
from django.conf import settings

from agents.models import Collector, Run
from agents.tracing import spanning
from approvals.models import rows

log = structlog.get_logger(__name__)

BATCH = 20
MOST_BATCHES = 25
TIMEOUT_SECONDS = 10.0
LEASE_SECONDS = 60
"""So long nobody else sends what somebody has taken: longer than a collector may take to answer."""
LONGEST_WAIT_SECONDS = 300

# What failed before is sent alone, so that one trace that a collector cannot read holds up no other. Who takes a row
# moves its time first: a crash sends it again later.
TAKE = """
WITH due AS (
  SELECT id, failures FROM agents_unsent WHERE try_at <= statement_timestamp() ORDER BY failures > 0, try_at
  LIMIT %(most)s FOR UPDATE SKIP LOCKED),
mine AS (SELECT id FROM due WHERE failures = 0 OR id = (SELECT id FROM due WHERE failures > 0 LIMIT 1)
         AND NOT EXISTS (SELECT 1 FROM due WHERE failures = 0))
UPDATE agents_unsent u SET try_at = clock_timestamp() + %(lease)s * interval '1 second'
FROM mine WHERE u.id = mine.id RETURNING u.id, u.run_id
"""
SENT = "DELETE FROM agents_unsent WHERE id = ANY(%s) RETURNING id"
FAILED = """
UPDATE agents_unsent SET failures = failures + 1, error = %(error)s,
  try_at = clock_timestamp() + least(%(longest)s, 5 * power(2, least(failures, 10))) * interval '1 second'
WHERE id = ANY(%(ids)s) RETURNING id
"""
BEGIN = """
INSERT INTO agents_collector (id, endpoint) VALUES (1, %(endpoint)s)
ON CONFLICT (id) DO UPDATE SET endpoint = excluded.endpoint WHERE agents_collector.endpoint <> excluded.endpoint
RETURNING id
"""

_known: str | None = None
"""The collector that this process has made known to the database; None before it has looked."""


def export_due() -> int:
    """Send what is due; how many traces were taken. Raises nothing that a collector does: it is tried again."""
    if not _is_wanted():
        return 0
    sent = 0
    for _ in range(MOST_BATCHES):
        taken = rows.fetch(TAKE, {"most": BATCH, "lease": LEASE_SECONDS})
        if not taken or not _send([row[0] for row in taken], [row[1] for row in taken]):
            break
        sent += len(taken)
    return sent


def _is_wanted() -> bool:
    """Whether there is a collector; the database is told once a process, so that runs that end leave their row."""
    global _known
    endpoint = settings.OTLP_ENDPOINT
    if _known != endpoint:
        if endpoint:
            rows.fetch(BEGIN, {"endpoint": endpoint})
        else:
            # What is still there waits for the next collector.
            Collector.objects.all().delete()
        _known = endpoint
    return bool(endpoint)


def _send(ids: Sequence[int], run_ids: Sequence[int]) -> bool:
    found = Run.objects.filter(pk__in=run_ids).select_related("request").order_by("pk")
    document = spanning.document(found)
    rows.let_go()
    error = _post(document)
    if error:
        log.warning("traces_not_sent", traces=len(ids), error=error)
        rows.fetch(FAILED, {"ids": list(ids), "error": error[:300], "longest": LONGEST_WAIT_SECONDS})
        return False
    rows.fetch(SENT, [list(ids)])
    return True


def _post(document: dict[str, Any]) -> str:
    """Why it was not taken; empty when it was."""
    try:
        address = f"{settings.OTLP_ENDPOINT.rstrip('/')}/v1/traces"
        answer = httpx.post(address, json=document, headers=settings.OTLP_HEADERS, timeout=TIMEOUT_SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return f"{type(error).__name__}: {error}"
    return "" if answer.is_success else f"HTTP {answer.status_code}"
