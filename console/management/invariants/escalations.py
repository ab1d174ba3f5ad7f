"""Laws of escalations: one is live for an origin, each moved as its version says and shows what was judged."""

from console.management.invariants.law import Law, hash_of

ONE_LIVE = """
SELECT 'origin ' || origin AS id FROM approvals_escalation
WHERE status IN ('open', 'decided') GROUP BY origin HAVING count(*) > 1
"""

VERSION_OF_MOVES = """
SELECT 'escalation ' || e.id AS id
FROM approvals_escalation e LEFT JOIN approvals_decision d ON d.escalation_id = e.id
WHERE e.version <> CASE e.status WHEN 'open' THEN 1 WHEN 'decided' THEN 2 WHEN 'applied' THEN 3 WHEN 'expired' THEN 2
                                 ELSE CASE WHEN d.id IS NULL THEN 2 ELSE 3 END END
   OR (e.closed_at IS NULL) <> (e.status IN ('open', 'decided'))
   OR (e.status <> 'open' AND (e.claimed_by_id IS NOT NULL OR e.claimed_until IS NOT NULL))
"""

EVIDENCE_VERSIONS = """
SELECT 'verdict ' || verdict_id AS id FROM approvals_evidence
GROUP BY verdict_id HAVING min(version) <> 1 OR max(version) <> count(*)
"""

SHOWN_IS_JUDGED = f"""
SELECT 'escalation ' || e.id AS id
FROM approvals_escalation e
JOIN approvals_evidence x ON x.id = e.evidence_id
JOIN approvals_verdict v ON v.id = e.verdict_id
CROSS JOIN LATERAL (SELECT convert_from(x.document, 'UTF8')::jsonb AS shown,
                           convert_from(v.payload, 'UTF8')::jsonb AS judged) bytes
WHERE e.kind <> 'incident' AND NOT coalesce(
  x.verdict_id = v.id AND v.origin = e.origin AND v.run_key = e.run_key AND v.tool = e.tool
  AND shown ->> 'payload_sha256' = encode({hash_of("v.payload", "v.payload_sha256", run="v.run_key")}, 'hex')
  AND shown -> 'arguments' = judged -> 'arguments' AND shown -> 'tool' ->> 'name' = judged ->> 'tool'
  AND shown -> 'tool' ->> 'version' = judged ->> 'version', false)
"""  # noqa: S608  # nothing of it comes from outside

SENT = hash_of("o.payload", "o.payload_sha256", run="e.run_key")

# An incident shows the bytes that were sent, which a person may have edited before.
INCIDENT_SHOWS_SENT = f"""
SELECT 'escalation ' || e.id AS id
FROM approvals_escalation e JOIN approvals_evidence x ON x.id = e.evidence_id
WHERE e.kind = 'incident' AND NOT EXISTS (
  SELECT 1 FROM agents_operation o JOIN agents_step s ON s.id = o.step_id
  WHERE s.key = e.origin
    AND encode({SENT}, 'hex') = convert_from(x.document, 'UTF8')::jsonb ->> 'payload_sha256')
  AND NOT EXISTS (
  SELECT 1 FROM approvals_redemption m
  WHERE m.origin = e.origin
    AND encode(sha256(m.payload), 'hex') = convert_from(x.document, 'UTF8')::jsonb ->> 'payload_sha256')
"""  # noqa: S608  # nothing of it comes from outside

UNDO_IS_WHOLE = """
SELECT 'undo ' || u.id AS id
FROM approvals_undo u
JOIN approvals_decision d ON d.id = u.decision_id
JOIN approvals_escalation e ON e.id = d.escalation_id
LEFT JOIN approvals_escalation n ON n.supersedes_id = e.id
LEFT JOIN approvals_grant g ON g.decision_id = d.id
WHERE e.status <> 'superseded' OR e.closed_at >= d.undo_until OR n.id IS NULL
   OR (n.origin, n.verdict_id, n.evidence_id, n.kind) IS DISTINCT FROM (e.origin, e.verdict_id, e.evidence_id, e.kind)
   OR (g.id IS NOT NULL AND (g.voided_at IS NULL OR g.used_at IS NOT NULL))
UNION ALL
SELECT 'escalation ' || e.id
FROM approvals_escalation e
JOIN approvals_decision d ON d.escalation_id = e.id
LEFT JOIN approvals_undo u ON u.decision_id = d.id
WHERE e.status = 'superseded' AND u.id IS NULL AND d.kind <> 'take_over'
"""

# A question to the user that was passed on waits for somebody else; it is not lost on the way.
PASSED_ON = """
SELECT 'escalation ' || e.id AS id
FROM approvals_escalation e LEFT JOIN approvals_escalation n ON n.supersedes_id = e.id
WHERE (e.kind = 'confirmation' AND e.status = 'superseded'
       AND (n.origin, n.verdict_id) IS DISTINCT FROM (e.origin, e.verdict_id))
   OR (e.kind = 'confirmation' AND (e.status = 'expired' OR NOT EXISTS (
         SELECT 1 FROM approvals_confirmation c WHERE c.escalation_id = e.id)))
"""

# Whoever takes a conversation over ends what was asked, and has it in a handoff about the same call.
TAKEN_OVER = """
SELECT 'decision ' || d.id AS id
FROM approvals_decision d
JOIN approvals_escalation e ON e.id = d.escalation_id
LEFT JOIN approvals_escalation n ON n.supersedes_id = e.id
LEFT JOIN approvals_undo u ON u.decision_id = d.id
WHERE d.kind = 'take_over' AND d.verdict_outcome <> 'seed' AND NOT coalesce(
  e.status = 'superseded' AND u.id IS NULL AND n.kind = 'handoff'
  AND (n.origin, n.verdict_id, n.evidence_id) IS NOT DISTINCT FROM (e.origin, e.verdict_id, e.evidence_id), false)
"""

SAID_IN_HANDOFFS = """
SELECT 'message ' || m.id AS id
FROM approvals_message m JOIN approvals_escalation e ON e.id = m.escalation_id
LEFT JOIN approvals_member p ON p.id = m.by_id
WHERE e.kind <> 'handoff' OR e.run_key <> m.run_key OR m.sent_at < e.opened_at OR m.sent_at > e.decided_at
   OR p.tenant_id <> e.tenant_id
"""

LAWS = (
    Law("one-live-escalation", "an origin has one live escalation at most", ONE_LIVE),
    Law(
        "version-of-moves",
        "an escalation's version counts its moves, and an ended one is held by nobody",
        VERSION_OF_MOVES,
    ),
    Law("evidence-versions", "the evidence of a verdict is numbered without gaps", EVIDENCE_VERSIONS),
    Law("shown-is-judged", "what an escalation shows is what the gate judged", SHOWN_IS_JUDGED),
    Law("incident-shows-sent", "an incident shows bytes that were sent", INCIDENT_SHOWS_SENT),
    Law("passed-on", "what the user is asked has a link, and what no user answered waits for somebody else", PASSED_ON),
    Law("taken-over", "who took a conversation over ended what was asked and has it in a handoff", TAKEN_OVER),
    Law(
        "said-in-handoffs",
        "messages of people stand in handoffs of their run, and none behind its end",
        SAID_IN_HANDOFFS,
    ),
    Law("undo-is-whole", "an undone decision is superseded, void and asked again; nothing else is", UNDO_IS_WHOLE),
)
