-- When a lane was tried and proven is said by the clock of the database, and never taken back to an earlier proof.

CREATE FUNCTION signalbox_proof_times() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  NEW.tried_at := clock_timestamp();
  NEW.proven_at := CASE WHEN NEW.otherwise = '' THEN NEW.tried_at WHEN TG_OP = 'UPDATE' THEN OLD.proven_at END;
  RETURN NEW;
END $$;
CREATE TRIGGER times BEFORE INSERT OR UPDATE ON agents_laneproof FOR EACH ROW EXECUTE FUNCTION signalbox_proof_times();
CREATE TRIGGER never_deleted BEFORE DELETE ON agents_laneproof FOR EACH ROW EXECUTE FUNCTION signalbox_append_only();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON agents_laneproof EXECUTE FUNCTION signalbox_append_only();
REVOKE UPDATE ON agents_laneproof FROM signalbox_app;
GRANT UPDATE (otherwise, worker) ON agents_laneproof TO signalbox_app;
