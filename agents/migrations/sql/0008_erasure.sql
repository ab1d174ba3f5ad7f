-- What a run that was erased said, did and came to goes with it; that it ran, when and how it ended stays.
ALTER TABLE agents_operation ALTER COLUMN payload_sha256 DROP EXPRESSION, ALTER COLUMN payload_sha256 SET NOT NULL;
CREATE TRIGGER a_hash BEFORE INSERT ON agents_operation FOR EACH ROW EXECUTE FUNCTION signalbox_hash_payload();

DROP TRIGGER guard ON agents_operation;
CREATE TRIGGER guard BEFORE UPDATE ON agents_operation FOR EACH ROW WHEN (NOT signalbox_is_erasing()) EXECUTE FUNCTION signalbox_operation_guard();
CREATE TRIGGER erasable BEFORE UPDATE ON agents_operation FOR EACH ROW WHEN (signalbox_is_erasing()) EXECUTE FUNCTION signalbox_erasable('payload', 'error');
DROP TRIGGER guard ON agents_step;
CREATE TRIGGER guard BEFORE UPDATE ON agents_step FOR EACH ROW WHEN (NOT signalbox_is_erasing()) EXECUTE FUNCTION signalbox_step_guard();
CREATE TRIGGER erasable BEFORE UPDATE ON agents_step FOR EACH ROW WHEN (signalbox_is_erasing()) EXECUTE FUNCTION signalbox_erasable('call', 'output', 'error');
DROP TRIGGER guard ON agents_run;
CREATE TRIGGER guard BEFORE UPDATE ON agents_run FOR EACH ROW WHEN (NOT signalbox_is_erasing()) EXECUTE FUNCTION signalbox_run_guard();
CREATE TRIGGER erasable BEFORE UPDATE ON agents_run FOR EACH ROW WHEN (signalbox_is_erasing()) EXECUTE FUNCTION signalbox_erasable('session_key', 'result');
DROP TRIGGER guard ON agents_letter;
CREATE TRIGGER guard BEFORE INSERT ON agents_letter FOR EACH ROW EXECUTE FUNCTION signalbox_letter_guard();
CREATE TRIGGER guard_moves BEFORE UPDATE ON agents_letter FOR EACH ROW WHEN (NOT signalbox_is_erasing()) EXECUTE FUNCTION signalbox_letter_guard();
CREATE TRIGGER erasable BEFORE UPDATE ON agents_letter FOR EACH ROW WHEN (signalbox_is_erasing()) EXECUTE FUNCTION signalbox_erasable('error');

-- Behind the door of `approvals`, in the same transaction: for the runs of an erasure that is done, and no others. What is
-- erased once is not erased again.
CREATE FUNCTION signalbox_erase_runs(wanted bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE runs bigint[];
BEGIN
  IF NOT EXISTS (SELECT 1 FROM approvals_erasure e WHERE e.id = wanted AND e.status = 'done') THEN
    RAISE EXCEPTION 'erasure % is not done', wanted USING ERRCODE = 'SB009';
  END IF;
  SELECT array_agg(r.id) INTO runs FROM agents_run r JOIN approvals_erasedrun z ON z.run_key = r.key WHERE z.erasure_id = wanted;
  IF EXISTS (SELECT 1 FROM agents_run r JOIN approvals_erasure e ON e.id = wanted
             WHERE r.id = ANY (runs) AND (r.ended_at IS NULL OR r.tenant_id <> e.tenant_id OR sha256(convert_to(
               CASE e.kind WHEN 'run' THEN r.key::text ELSE r.session_key END, 'UTF8')) <> e.subject_sha256)) THEN
    RAISE EXCEPTION 'a run has not ended, or is another one' USING ERRCODE = 'SB009';
  END IF;
  PERFORM set_config('signalbox.erasing', wanted::text, true);
  UPDATE agents_request SET title = 'Erased', body = '{}', session_key = '' WHERE id IN (SELECT r.request_id FROM agents_run r WHERE r.id = ANY (runs));
  UPDATE agents_run SET session_key = '', result = NULL WHERE id = ANY (runs);
  UPDATE agents_step SET call = CASE WHEN call IS NOT NULL THEN call || '{"arguments": {}}' END, output = NULL, error = '' WHERE run_id = ANY (runs);
  UPDATE agents_operation SET payload = signalbox_bare(payload), error = '' WHERE step_id IN (SELECT s.id FROM agents_step s WHERE s.run_id = ANY (runs));
  UPDATE agents_letter SET error = '' WHERE run_id = ANY (runs);
  PERFORM set_config('signalbox.erasing', '', true);
END $$;
REVOKE EXECUTE ON FUNCTION signalbox_erase_runs(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION signalbox_erase_runs(bigint) TO signalbox_app;
