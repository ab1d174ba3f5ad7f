"""Laws of history: stored bytes have their digests, rows of one tenant name no other's, and the guards stand."""

from console.management.invariants.law import Law, not_erased

DIGESTS = f"""
SELECT 'verdict ' || v.id AS id FROM approvals_verdict v
WHERE payload_sha256 IS DISTINCT FROM sha256(payload) AND {not_erased("v.run_key")}
UNION ALL
SELECT 'evidence ' || e.id FROM approvals_evidence e JOIN approvals_verdict v ON v.id = e.verdict_id
WHERE e.sha256 IS DISTINCT FROM sha256(e.document) AND {not_erased("v.run_key")}
UNION ALL
SELECT 'decision ' || d.id FROM approvals_decision d JOIN approvals_verdict v ON v.id = d.verdict_id
WHERE d.payload IS NOT NULL AND d.payload_sha256 IS DISTINCT FROM sha256(d.payload) AND {not_erased("v.run_key")}
UNION ALL
SELECT 'operation ' || o.id FROM agents_operation o JOIN agents_step s ON s.id = o.step_id
JOIN agents_run r ON r.id = s.run_id
WHERE o.payload_sha256 IS DISTINCT FROM sha256(o.payload) AND {not_erased("r.key")}
UNION ALL
SELECT 'redemption ' || id FROM approvals_redemption WHERE payload_sha256 IS DISTINCT FROM sha256(payload)
UNION ALL
SELECT 'ruleset ' || id FROM approvals_ruleset WHERE document_sha256 IS DISTINCT FROM sha256(document)
UNION ALL
SELECT 'draft ' || id FROM approvals_rulesetproposal WHERE document_sha256 IS DISTINCT FROM sha256(document)
"""  # noqa: S608  # nothing of it comes from outside

ERASURES = """
SELECT 'erasure ' || e.id AS id FROM approvals_erasure e
WHERE (e.status = 'done') <> EXISTS (SELECT 1 FROM approvals_erasedrun z WHERE z.erasure_id = e.id)
UNION ALL
SELECT 'verdict ' || v.id FROM approvals_verdict v JOIN approvals_erasedrun z ON z.run_key = v.run_key
WHERE v.session_key <> '' OR convert_from(v.payload, 'UTF8')::jsonb -> 'arguments' <> '{}'
UNION ALL
SELECT 'evidence ' || x.id FROM approvals_evidence x JOIN approvals_verdict v ON v.id = x.verdict_id
JOIN approvals_erasedrun z ON z.run_key = v.run_key
WHERE convert_from(x.document, 'UTF8')::jsonb -> 'arguments' <> '{}'
UNION ALL
SELECT 'run ' || r.id FROM agents_run r JOIN approvals_erasedrun z ON z.run_key = r.key
JOIN agents_request q ON q.id = r.request_id WHERE r.result IS NOT NULL OR q.body <> '{}' OR r.session_key <> ''
UNION ALL
SELECT 'step ' || s.id FROM agents_step s JOIN agents_run r ON r.id = s.run_id
JOIN approvals_erasedrun z ON z.run_key = r.key WHERE s.output IS NOT NULL OR s.error <> ''
"""

TENANTS = """
SELECT 'run ' || r.id AS id FROM agents_run r JOIN agents_request q ON q.id = r.request_id
WHERE (r.tenant_id, r.session_key, r.agent) IS DISTINCT FROM (q.tenant_id, q.session_key, q.agent)
UNION ALL
SELECT 'verdict ' || v.id FROM approvals_verdict v JOIN agents_run r ON r.key = v.run_key
WHERE v.tenant_id <> r.tenant_id
UNION ALL
SELECT 'verdict ' || v.id FROM approvals_verdict v JOIN approvals_ruleset l ON l.id = v.ruleset_id
WHERE v.tenant_id <> l.tenant_id
UNION ALL
SELECT 'escalation ' || e.id
FROM approvals_escalation e
JOIN approvals_verdict v ON v.id = e.verdict_id LEFT JOIN approvals_team t ON t.id = e.team_id
WHERE e.tenant_id <> v.tenant_id OR t.tenant_id <> e.tenant_id
UNION ALL
SELECT 'decision ' || d.id
FROM approvals_decision d
JOIN approvals_escalation e ON e.id = d.escalation_id JOIN approvals_member m ON m.id = d.by_id
WHERE m.tenant_id <> e.tenant_id
UNION ALL
SELECT 'label ' || l.id FROM approvals_label l JOIN approvals_verdict v ON v.id = l.verdict_id
WHERE l.tenant_id <> v.tenant_id
UNION ALL
SELECT 'draft ' || p.id
FROM approvals_rulesetproposal p JOIN approvals_ruleset b ON b.id = p.base_id
JOIN approvals_member m ON m.id = p.proposed_by_id LEFT JOIN approvals_member a ON a.id = p.approved_by_id
WHERE b.tenant_id <> p.tenant_id OR m.tenant_id <> p.tenant_id OR a.tenant_id <> p.tenant_id
"""

# Whoever rewrites history first takes its guards away, and may forget to put them back.
GUARDS = """
WITH append_only AS (
  SELECT unnest(ARRAY['approvals_verdict', 'approvals_evidence', 'approvals_decision', 'approvals_undo',
                      'approvals_label', 'approvals_auditentry', 'approvals_confirmation', 'approvals_seal',
                      'approvals_sealedentry', 'approvals_seed', 'approvals_import', 'approvals_importedlabel',
                      'approvals_erasedrun', 'approvals_erasedrow', 'approvals_remadeversion', 'agents_stop',
                      'approvals_look', 'approvals_stepup', 'approvals_notice', 'approvals_outsideaction',
                      'agents_breakerchange']) AS name),
never_deleted AS (
  SELECT unnest(ARRAY['approvals_escalation', 'approvals_grant', 'approvals_halt', 'approvals_ruleset',
                      'approvals_rulesetproposal', 'approvals_redemption', 'approvals_outsidetool',
                      'approvals_agentkey', 'agents_request', 'agents_run', 'agents_step', 'agents_operation',
                      'agents_worker', 'agents_letter', 'agents_breaker', 'agents_spending',
                      'agents_reservation', 'approvals_vote', 'approvals_erasure']) AS name),
wanted AS (
  SELECT name, 'append_only' AS guard FROM append_only
  UNION ALL SELECT name, 'never_deleted' FROM never_deleted
  UNION ALL SELECT name, 'never_truncated' FROM append_only UNION ALL SELECT name, 'never_truncated' FROM never_deleted
  UNION ALL SELECT unnest(ARRAY['approvals_escalation', 'approvals_decision', 'approvals_undo', 'approvals_grant',
                                'approvals_ruleset', 'approvals_rulesetproposal', 'approvals_confirmation',
                                'approvals_seal', 'approvals_sealedentry', 'approvals_outsideaction',
                                'approvals_outsidetool', 'approvals_redemption', 'approvals_erasure',
                                'agents_operation', 'agents_step', 'agents_run', 'agents_letter', 'agents_breaker',
                                'agents_reservation', 'approvals_vote', 'approvals_notice']), 'guard'
  UNION ALL VALUES ('approvals_decision', 'by_user'), ('approvals_escalation', 'kind'),
                   ('approvals_decision', 'permission'), ('approvals_grant', 'quorum'),
                   ('approvals_escalation', 'terms_stay'), ('approvals_escalation', 'terms'),
                   ('approvals_escalation', 'level'),
                   ('approvals_member', 'person'),
                   ('approvals_look', 'now'), ('approvals_stepup', 'now'),
                   ('approvals_rulesetproposal', 'second_person'), ('approvals_canary', 'second_person'),
                   ('approvals_erasure', 'second_person'), ('approvals_member', 'since'),
                   ('approvals_member', 'one_person_stays'),
                   ('agents_operation', 'right_first'), ('agents_operation', 'not_outside'),
                   ('approvals_redemption', 'right_first'), ('approvals_member', 'admin_remains'),
                   ('approvals_escalation', 'guard_moves'), ('agents_letter', 'guard_moves'),
                   ('approvals_verdict', 'a_hash'), ('approvals_evidence', 'a_hash'), ('agents_operation', 'a_hash'),
                   ('approvals_decision', 'bytes'), ('approvals_label', 'not_erased'),
                   ('agents_breaker', 'history'), ('approvals_ruleset', 'moves_on'))
SELECT 'trigger ' || w.guard || ' of ' || w.name AS id
FROM wanted w
LEFT JOIN pg_trigger t ON t.tgrelid = to_regclass('public.' || w.name) AND t.tgname = w.guard
WHERE t.tgenabled IS DISTINCT FROM 'O' AND t.tgenabled IS DISTINCT FROM 'A'
UNION ALL
SELECT 'right to change ' || name FROM append_only
WHERE has_table_privilege('signalbox_app', 'public.' || name, 'UPDATE, DELETE, TRUNCATE')
UNION ALL
SELECT 'right to delete from ' || name FROM never_deleted
WHERE has_table_privilege('signalbox_app', 'public.' || name, 'DELETE, TRUNCATE')
"""

LAWS = (
    Law("bytes-have-their-digest", "every stored digest is that of its bytes", DIGESTS),
    Law("erased-is-gone", "of what was erased no text and no value is left", ERASURES),
    Law("one-tenant", "rows that name each other belong to one tenant", TENANTS),
    Law(
        "guards-stand", "every trigger of the laws is there and on, and the application cannot rewrite history", GUARDS
    ),
)
