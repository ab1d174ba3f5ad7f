"""Laws of runs: where a run stands is where its steps stand, every tool step was judged, no effect is forgotten."""

from console.management.invariants.law import Law

ENDED_RUN_RESTS = """
SELECT 'step ' || s.id AS id
FROM agents_step s JOIN agents_run r ON r.id = s.run_id
WHERE r.status IN ('succeeded', 'failed', 'cancelled')
  AND (s.status IN ('pending', 'ready', 'running', 'waiting') OR s.ended_at > r.ended_at)
"""

RUN_AS_ITS_STEPS = """
SELECT 'run ' || r.id AS id
FROM agents_run r
LEFT JOIN (SELECT run_id, count(*) FILTER (WHERE status = 'running') AS running,
                  count(*) FILTER (WHERE status IN ('ready', 'running')) AS moving, count(*) AS live,
                  max(epoch) AS epoch
           FROM agents_step WHERE status IN ('pending', 'ready', 'running', 'waiting') GROUP BY run_id) s
  ON s.run_id = r.id
WHERE (r.ended_at IS NOT NULL) <> (r.status IN ('succeeded', 'failed', 'cancelled'))
   OR (r.status = 'cancelled' AND r.cancelled_at IS NULL)
   OR (r.status IN ('queued', 'running', 'waiting') AND s.live IS NULL)
   OR (r.status = 'running' AND coalesce(s.moving, 0) = 0)
   OR (r.status IN ('queued', 'waiting') AND s.running > 0)
"""

STEP_ENDS_WITH_ITS_OPERATIONS = """
SELECT 'operation ' || o.id AS id
FROM agents_operation o JOIN agents_step s ON s.id = o.step_id
WHERE o.outcome IS NULL AND s.status IN ('succeeded', 'failed', 'refused', 'cancelled')
   OR (o.outcome IS NULL AND s.status = 'waiting' AND NOT (o.effect_class = 'A' AND EXISTS (
       SELECT 1 FROM agents_letter l WHERE l.step_id = s.id AND l.settled_at IS NULL)))
   OR (o.outcome IS NULL) <> (o.ended_at IS NULL)
   OR o.epoch > s.epoch
"""

# What was repeated under a new right answers for the unknown one before it.
UNKNOWN_IS_ASKED = """
SELECT 'operation ' || o.id AS id
FROM agents_operation o JOIN agents_step s ON s.id = o.step_id
WHERE o.outcome = 'unknown' AND NOT EXISTS (SELECT 1 FROM agents_operation l WHERE l.step_id = s.id AND l.id > o.id)
  AND (s.status IN ('succeeded', 'failed', 'refused', 'cancelled')
       OR NOT EXISTS (SELECT 1 FROM approvals_escalation e WHERE e.origin = s.key AND e.kind = 'incident'))
"""

TOOL_STEP_WAS_JUDGED = """
SELECT 'step ' || s.id AS id
FROM agents_step s
LEFT JOIN (SELECT DISTINCT origin FROM approvals_verdict) v ON v.origin = s.key
WHERE s.kind = 'tool' AND v.origin IS NULL
  AND (s.status IN ('succeeded', 'refused', 'waiting') OR (s.status = 'failed' AND s.error = ''))
"""

VERDICTS_NUMBERED = """
SELECT 'run ' || run_key AS id FROM approvals_verdict
GROUP BY run_key HAVING min(seq_in_run) <> 1 OR max(seq_in_run) <> count(*)
UNION ALL
SELECT 'origin ' || origin FROM approvals_verdict
GROUP BY origin HAVING min(attempt) <> 1 OR max(attempt) <> count(*)
"""

WAITING_IS_ASKED = """
SELECT 'step ' || s.id AS id
FROM agents_step s
LEFT JOIN approvals_escalation e ON e.origin = s.key AND e.status = 'open'
WHERE s.status = 'waiting' AND e.id IS NULL
  AND NOT EXISTS (SELECT 1 FROM approvals_escalation d
                  WHERE d.origin = s.key AND d.status = 'decided')
  AND NOT EXISTS (SELECT 1 FROM agents_letter l WHERE l.step_id = s.id AND l.settled_at IS NULL)
"""

LETTER_WAITS = """
SELECT 'letter ' || l.id AS id
FROM agents_letter l JOIN agents_step s ON s.id = l.step_id JOIN agents_run r ON r.id = s.run_id
WHERE l.settled_at IS NULL AND (s.status <> 'waiting' OR l.run_id <> s.run_id OR l.tenant_id <> r.tenant_id)
"""

PURSES = """
SELECT 'purse ' || p.id AS id
FROM agents_spending p
LEFT JOIN (SELECT spending_id, sum(used_tokens) AS used, sum(used_usd) AS paid,
                  sum(tokens) FILTER (WHERE settled_at IS NULL) AS kept,
                  sum(usd) FILTER (WHERE settled_at IS NULL) AS held
           FROM agents_reservation GROUP BY spending_id) r ON r.spending_id = p.id
WHERE (p.used_tokens, p.used_usd, p.reserved_tokens, p.reserved_usd)
      <> (coalesce(r.used, 0), coalesce(r.paid, 0), coalesce(r.kept, 0), coalesce(r.held, 0))
"""

STEP_OF_ITS_TENANT = """
SELECT 'step ' || s.id AS id
FROM agents_step s JOIN agents_run r ON r.id = s.run_id WHERE s.tenant_id <> r.tenant_id
"""

OPEN_RUNS = """
SELECT 'limit ' || l.id AS id
FROM agents_openlimit l
WHERE l.open_runs <> (SELECT count(*) FROM agents_run r WHERE r.tenant_id = l.tenant_id AND r.ended_at IS NULL)
"""

LAWS = (
    Law("ended-run-rests", "a run that has ended has no live step, and none that ended later", ENDED_RUN_RESTS),
    Law("run-as-its-steps", "a run stands where its steps stand", RUN_AS_ITS_STEPS),
    Law(
        "step-ends-with-its-operations",
        "no step rests over an operation without outcome",
        STEP_ENDS_WITH_ITS_OPERATIONS,
    ),
    Law("unknown-is-asked", "an outcome nobody knows is a person's to settle, and its step stays", UNKNOWN_IS_ASKED),
    Law("tool-step-was-judged", "a tool step that came to something has a verdict", TOOL_STEP_WAS_JUDGED),
    Law("verdicts-numbered", "verdicts of a run and of a step are numbered without gaps", VERDICTS_NUMBERED),
    Law(
        "waiting-is-asked",
        "a step that waits for a person has an escalation that somebody can answer, or is a dead letter",
        WAITING_IS_ASKED,
    ),
    Law("step-of-its-tenant", "a step is of its run's tenant", STEP_OF_ITS_TENANT),
    Law("open-runs-add-up", "a tenant's limit counts the runs that are open", OPEN_RUNS),
    Law("purses-add-up", "a purse holds what its reservations say", PURSES),
    Law("letter-waits", "the step of an open dead letter stands still until it is settled", LETTER_WAITS),
)
