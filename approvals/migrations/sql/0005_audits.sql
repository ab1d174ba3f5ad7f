-- A blind audit shows what the gate judged and nothing of what became of it; it has no way to anything that runs.

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['approvals_auditrequest', 'approvals_blindaudit'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION signalbox_append_only()', name);
    EXECUTE format('CREATE TRIGGER never_truncated BEFORE TRUNCATE ON %I EXECUTE FUNCTION signalbox_append_only()', name);
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM signalbox_app', name);
  END LOOP;
END $$;

CREATE FUNCTION signalbox_audit_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (
      SELECT 1 FROM approvals_auditrequest r JOIN approvals_verdict v ON v.id = r.verdict_id
                    JOIN approvals_evidence e ON e.id = NEW.evidence_id
      WHERE r.id = NEW.request_id AND v.id = NEW.verdict_id AND e.verdict_id = v.id AND v.tenant_id = NEW.tenant_id
        AND convert_from(e.document, 'UTF8')::jsonb @> jsonb_build_object(
              'payload_sha256', encode(v.payload_sha256, 'hex'), 'score', NULL, 'auto_threshold', NULL,
              'ask_threshold', NULL, 'reasons', '[]'::jsonb, 'parts', '{}'::jsonb)
        AND convert_from(e.document, 'UTF8')::jsonb -> 'reasons' = '[]'::jsonb
        AND convert_from(e.document, 'UTF8')::jsonb -> 'parts' = '{}'::jsonb) THEN
    RAISE EXCEPTION 'a blind audit shows the judged bytes, no score and no reason' USING ERRCODE = 'SB001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT ON approvals_blindaudit FOR EACH ROW EXECUTE FUNCTION signalbox_audit_guard();

CREATE FUNCTION signalbox_audit_answer_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (
      SELECT 1 FROM approvals_blindaudit a JOIN approvals_member m ON m.id = NEW.by_id
      WHERE a.id = NEW.audit_id AND a.verdict_id = NEW.verdict_id AND a.tenant_id = NEW.tenant_id
        AND m.is_active AND m.role IN ('reviewer', 'admin') AND m.tenant_id = a.tenant_id) THEN
    RAISE EXCEPTION 'an audit is answered by somebody who may decide, about its own verdict' USING ERRCODE = 'SB011';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER audit_guard BEFORE INSERT ON approvals_label FOR EACH ROW WHEN (NEW.audit_id IS NOT NULL)
  EXECUTE FUNCTION signalbox_audit_answer_guard();
