"""Laws of effects: each has a right for its bytes, its step and its time, and takes it once."""

from console.management.invariants.law import Law, hash_of

SENT = hash_of("o.payload", "o.payload_sha256", run="r.key")

OPERATION_HAS_RIGHT = f"""
SELECT 'operation ' || o.id AS id
FROM agents_operation o
LEFT JOIN agents_step s ON s.id = o.step_id
LEFT JOIN agents_run r ON r.id = s.run_id
LEFT JOIN approvals_grant g ON g.id = o.grant_id
LEFT JOIN approvals_decision d ON d.id = g.decision_id
LEFT JOIN approvals_verdict v ON v.id = coalesce(o.verdict_id, g.verdict_id)
WHERE NOT coalesce(
  num_nonnulls(o.verdict_id, o.grant_id) = 1 AND s.key = o.origin AND v.origin = o.origin AND v.run_key = r.key
  AND CASE WHEN o.grant_id IS NULL THEN v.outcome = 'allow' AND v.payload_sha256 = {SENT}
           ELSE g.origin = o.origin AND g.payload_sha256 = {SENT} AND d.payload_sha256 = g.payload_sha256
                AND d.kind IN ('approve', 'edit', 'repeat') END, false)
"""  # noqa: S608  # nothing of it comes from outside

GRANT_USED_ONCE = """
SELECT 'grant ' || g.id AS id
FROM approvals_grant g
LEFT JOIN (SELECT grant_id, count(*) AS uses
           FROM (SELECT grant_id FROM agents_operation UNION ALL SELECT grant_id FROM approvals_redemption) used
           GROUP BY grant_id) o ON o.grant_id = g.id
WHERE coalesce(o.uses, 0) <> CASE WHEN g.used_at IS NULL THEN 0 ELSE 1 END
   OR (g.used_at IS NOT NULL AND g.voided_at IS NOT NULL)
"""

GRANT_IN_ITS_TIME = """
SELECT 'grant ' || g.id AS id
FROM approvals_grant g
LEFT JOIN agents_operation o ON o.grant_id = g.id
LEFT JOIN approvals_redemption m ON m.grant_id = g.id
WHERE g.used_at < g.not_before OR g.used_at >= g.expires_at
   OR o.started_at < g.not_before OR o.started_at >= g.expires_at
   OR m.redeemed_at < g.not_before OR m.redeemed_at >= g.expires_at
"""

GRANT_OF_ITS_DECISION = """
SELECT 'decision ' || d.id AS id
FROM approvals_decision d
LEFT JOIN (SELECT decision_id, count(*) AS given FROM approvals_grant GROUP BY decision_id) n ON n.decision_id = d.id
LEFT JOIN approvals_grant g ON g.decision_id = d.id
WHERE coalesce(n.given, 0) <> CASE WHEN d.kind IN ('approve', 'edit', 'repeat')
                                    AND d.verdict_outcome <> 'seed' THEN 1 ELSE 0 END
   OR (g.id IS NOT NULL AND ((g.verdict_id, g.origin, g.payload_sha256, g.decision_kind)
                             IS DISTINCT FROM (d.verdict_id, d.origin, d.payload_sha256, d.kind)
                             OR g.not_before < d.undo_until))
"""

VERDICT_USED_ONCE = """
SELECT 'verdict ' || verdict_id AS id
FROM (SELECT verdict_id FROM agents_operation UNION ALL SELECT verdict_id FROM approvals_redemption) used
WHERE verdict_id IS NOT NULL GROUP BY verdict_id HAVING count(*) > 1
"""

STEP_ACTS_ONCE = """
SELECT 'step ' || step_id AS id FROM agents_operation
GROUP BY step_id HAVING count(*) FILTER (WHERE outcome = 'succeeded') > 1 OR count(*) FILTER (WHERE outcome IS NULL) > 1
"""

NOTHING_DURING_HALT = """
SELECT 'operation ' || o.id AS id
FROM approvals_halt h
JOIN agents_operation o ON o.started_at > h.halted_at AND (h.lifted_at IS NULL OR o.started_at < h.lifted_at)
JOIN agents_step s ON s.id = o.step_id
JOIN agents_run r ON r.id = s.run_id AND r.tenant_id = h.tenant_id
WHERE h.scope = 'everything' OR (h.scope = 'agent' AND h.key = r.agent) OR (h.scope = 'tool' AND h.key = o.tool)
   OR (h.scope = 'run' AND h.key = r.key::text)
UNION ALL
SELECT 'redemption ' || m.id
FROM approvals_halt h
JOIN approvals_redemption m ON m.redeemed_at > h.halted_at AND (h.lifted_at IS NULL OR m.redeemed_at < h.lifted_at)
JOIN approvals_outsideaction a ON a.id = m.action_id AND a.tenant_id = h.tenant_id
WHERE h.scope = 'everything' OR (h.scope = 'agent' AND h.key = a.agent) OR (h.scope = 'tool' AND h.key = a.tool_name)
"""

NOTHING_AFTER_CANCEL = """
SELECT 'operation ' || o.id AS id
FROM agents_run r JOIN agents_step s ON s.run_id = r.id JOIN agents_operation o ON o.step_id = s.id
WHERE o.started_at > r.cancelled_at
"""

PLANTED_NEVER_RUNS = """
SELECT 'seed ' || s.id AS id
FROM approvals_seed s
JOIN approvals_verdict v ON v.id = s.verdict_id JOIN approvals_escalation e ON e.id = s.escalation_id
WHERE v.outcome <> 'seed' OR v.is_counted OR e.verdict_id <> v.id OR e.kind <> 'approval'
   OR EXISTS (SELECT 1 FROM approvals_grant g WHERE g.verdict_id = v.id)
   OR EXISTS (SELECT 1 FROM agents_operation o WHERE o.origin = v.origin OR o.verdict_id = v.id)
UNION ALL
SELECT 'verdict ' || v.id FROM approvals_verdict v
WHERE v.outcome = 'seed' AND NOT EXISTS (SELECT 1 FROM approvals_seed s WHERE s.verdict_id = v.id)
"""

REDEEMED_RIGHTLY = """
SELECT 'redemption ' || m.id AS id
FROM approvals_redemption m
LEFT JOIN approvals_outsideaction a ON a.id = m.action_id
LEFT JOIN approvals_agentkey k ON k.id = m.agent_key_id
LEFT JOIN approvals_grant g ON g.id = m.grant_id
LEFT JOIN approvals_decision d ON d.id = g.decision_id
LEFT JOIN approvals_verdict v ON v.id = coalesce(m.verdict_id, g.verdict_id)
WHERE NOT coalesce(
  num_nonnulls(m.verdict_id, m.grant_id) = 1 AND a.key = m.origin AND v.origin = m.origin
  AND (v.tenant_id, v.agent) = (a.tenant_id, a.agent) AND (k.tenant_id, k.agent) = (a.tenant_id, a.agent)
  AND m.payload_sha256 = sha256(m.payload)
  AND CASE WHEN m.grant_id IS NULL THEN v.outcome = 'allow' AND v.payload_sha256 = sha256(m.payload)
           ELSE g.origin = m.origin AND g.payload_sha256 = sha256(m.payload) AND d.payload_sha256 = g.payload_sha256
                AND d.kind IN ('approve', 'edit', 'repeat') END, false)
UNION ALL
SELECT 'operation ' || o.id FROM agents_operation o JOIN approvals_outsideaction a ON a.key = o.origin
"""

OUTSIDE_SAYS_SO = """
SELECT 'outside tool ' || t.id AS id FROM approvals_outsidetool t
WHERE t.confirmed_by_id = t.proposed_by_id OR (t.confirmed_at IS NULL) <> (t.confirmed_by_id IS NULL)
UNION ALL
SELECT 'outside tool ' || min(id) FROM approvals_outsidetool WHERE confirmed_at IS NOT NULL AND ended_at IS NULL
GROUP BY tenant_id, agent, name, version HAVING count(*) > 1
UNION ALL
SELECT 'verdict ' || v.id FROM approvals_verdict v JOIN approvals_outsideaction a ON a.key = v.origin
WHERE v.outcome = 'allow' AND a.tool_id IS NULL
UNION ALL
SELECT 'redemption ' || m.id FROM approvals_redemption m
WHERE m.outcome = 'unknown' AND NOT EXISTS (
  SELECT 1 FROM approvals_escalation e WHERE e.origin = m.origin AND e.kind = 'incident')
"""

LAWS = (
    Law("operation-has-right", "every operation has one right, for its bytes and its step", OPERATION_HAS_RIGHT),
    Law("grant-used-once", "a grant is used by one operation at most, and not when void", GRANT_USED_ONCE),
    Law("grant-in-its-time", "a grant is used after its window and before it expires", GRANT_IN_ITS_TIME),
    Law(
        "grant-of-its-decision",
        "an approval gives one grant for its bytes, and nothing else does",
        GRANT_OF_ITS_DECISION,
    ),
    Law("verdict-used-once", "a verdict that allows lets one operation start", VERDICT_USED_ONCE),
    Law("step-acts-once", "a step succeeds with one operation at most", STEP_ACTS_ONCE),
    Law("nothing-during-halt", "no operation starts while it is halted", NOTHING_DURING_HALT),
    Law("planted-never-runs", "a planted mistake has no right, and nothing ran for it", PLANTED_NEVER_RUNS),
    Law(
        "redeemed-rightly",
        "an agent elsewhere takes one right, for its action's bytes, and nothing runs here for it",
        REDEEMED_RIGHTLY,
    ),
    Law(
        "outside-says-so",
        "what runs alone elsewhere was classified by two admins, and an unknown outcome is asked about",
        OUTSIDE_SAYS_SO,
    ),
    Law("nothing-after-cancel", "no operation starts after its run was cancelled", NOTHING_AFTER_CANCEL),
)
