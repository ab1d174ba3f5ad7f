"""Laws of decisions: one for each escalation, by somebody who may, of what was on the screen, with what it teaches."""

from console.management.invariants.law import Law, hash_of

ONE_DECISION = """
SELECT 'escalation ' || e.id AS id
FROM approvals_escalation e
LEFT JOIN (SELECT escalation_id, count(*) AS taken FROM approvals_decision GROUP BY escalation_id) d
  ON d.escalation_id = e.id
WHERE coalesce(d.taken, 0) > 1
   OR (e.status IN ('decided', 'applied') AND d.taken IS NULL)
   OR (e.status IN ('open', 'expired') AND d.taken IS NOT NULL)
"""

DECIDED_AS_SHOWN = f"""
SELECT 'decision ' || d.id AS id
FROM approvals_decision d
JOIN approvals_escalation e ON e.id = d.escalation_id
LEFT JOIN approvals_verdict v ON v.id = d.verdict_id
LEFT JOIN approvals_evidence x ON x.id = d.evidence_id
WHERE NOT coalesce(
  (d.verdict_id, d.evidence_id, d.origin) = (e.verdict_id, e.evidence_id, e.origin) AND x.verdict_id = v.id
  AND d.evidence_sha256 = {hash_of("x.document", "x.sha256", run="v.run_key")}
  AND d.proposed_sha256 = {hash_of("v.payload", "v.payload_sha256", run="v.run_key")}
  AND d.payload_sha256 = {hash_of("coalesce(d.payload, v.payload)", "d.payload_sha256", run="v.run_key")}
  AND CASE d.kind
        WHEN 'edit' THEN d.payload IS NOT NULL AND EXISTS (
          SELECT 1 FROM approvals_evidence y WHERE y.verdict_id = v.id
            AND convert_from(y.document, 'UTF8')::jsonb ->> 'payload_sha256' = encode(d.payload_sha256, 'hex'))
        WHEN 'repeat' THEN
          convert_from(x.document, 'UTF8')::jsonb ->> 'payload_sha256' = encode(d.payload_sha256, 'hex')
        ELSE d.payload IS NULL END, false)
"""  # noqa: S608  # nothing of it comes from outside

DECIDED_IN_TIME = """
SELECT 'decision ' || d.id AS id
FROM approvals_decision d JOIN approvals_escalation e ON e.id = d.escalation_id
WHERE (e.decided_at, e.undo_until) IS DISTINCT FROM (d.decided_at, d.undo_until)
   OR d.undo_until <> d.decided_at + e.undo_seconds * interval '1 second'
   OR d.decided_at < e.opened_at OR (d.decided_at > e.due_at AND e.kind NOT IN ('incident', 'handoff'))
"""

LABEL_AS_TAUGHT = """
SELECT 'decision ' || d.id AS id
FROM approvals_decision d
JOIN approvals_escalation e ON e.id = d.escalation_id
LEFT JOIN approvals_undo u ON u.decision_id = d.id
LEFT JOIN (SELECT decision_id, count(*) FILTER (WHERE teaching <> 'withdrawn') AS taught,
                  count(*) FILTER (WHERE teaching = 'withdrawn') AS withdrawn,
                  min(teaching) FILTER (WHERE teaching <> 'withdrawn') AS teaching,
                  bool_and(material) FILTER (WHERE teaching <> 'withdrawn') AS material,
                  min(verdict_id) AS first_verdict, max(verdict_id) AS last_verdict
           FROM approvals_label WHERE source IN ('review', 'seed', 'user_confirm') GROUP BY decision_id) l
  ON l.decision_id = d.id
CROSS JOIN LATERAL (SELECT CASE WHEN e.kind NOT IN ('approval', 'confirmation') THEN NULL
                                WHEN d.kind = 'approve' THEN 'right'
                                WHEN d.kind IN ('reject', 'revise') THEN 'wrong'
                                WHEN d.kind = 'edit' THEN CASE WHEN l.material THEN 'wrong' ELSE 'right' END
                           END AS teaching) must
WHERE l.teaching IS DISTINCT FROM must.teaching
   OR coalesce(l.taught, 0) <> CASE WHEN must.teaching IS NULL THEN 0 ELSE 1 END
   OR coalesce(l.withdrawn, 0) <> CASE WHEN must.teaching IS NULL OR u.id IS NULL THEN 0 ELSE 1 END
   OR (l.decision_id IS NOT NULL AND (l.first_verdict <> d.verdict_id OR l.last_verdict <> d.verdict_id))
"""

# Nobody answers for a user: no name, the token of the link that was made for this very question, a label that says so.
BY_USER = """
SELECT 'decision ' || d.id AS id
FROM approvals_decision d
JOIN approvals_escalation e ON e.id = d.escalation_id
LEFT JOIN approvals_confirmation c ON c.escalation_id = e.id
WHERE CASE WHEN e.kind = 'confirmation' OR d.by_id IS NULL OR d.token IS NOT NULL
           THEN NOT coalesce(e.kind = 'confirmation' AND d.by_id IS NULL AND c.token_sha256 = sha256(d.token)
                             AND d.kind IN ('approve', 'reject') AND d.verdict_outcome = 'confirm', false)
           ELSE false END
UNION ALL
SELECT 'label ' || l.id
FROM approvals_label l JOIN approvals_decision d ON d.id = l.decision_id
WHERE l.teaching <> 'withdrawn' AND (l.source = 'user_confirm') <> (d.token IS NOT NULL)
"""

LAWS = (
    Law("one-decision", "an escalation has one decision when it was decided, and none when it was not", ONE_DECISION),
    Law("decided-as-shown", "a decision is of the evidence and the bytes that were on the screen", DECIDED_AS_SHOWN),
    Law("decided-in-time", "a decision falls while its escalation is open and due", DECIDED_IN_TIME),
    Law("user-by-token", "what a user answered was answered with the token of that question's link", BY_USER),
    Law("label-as-taught", "a decision left the label it teaches, once; an undone one took it back", LABEL_AS_TAUGHT),
)
