-- While a person has the conversation of a run, none of its effects starts and none of its agent's steps begins.
-- Redefined whole from 0002_laws: signalbox_is_halted.

-- As before, and: a run whose conversation a person has is frozen as by a halt.
CREATE OR REPLACE FUNCTION signalbox_is_halted(v approvals_verdict) RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM approvals_halt h WHERE h.lifted_at IS NULL AND h.tenant_id = v.tenant_id AND
                 (h.scope = 'everything' OR (h.scope = 'agent' AND h.key = v.agent) OR (h.scope = 'tool' AND h.key = v.tool)
                  OR (h.scope = 'run' AND h.key = v.run_key::text)))
      OR EXISTS (SELECT 1 FROM approvals_escalation e
                 WHERE e.run_key = v.run_key AND e.kind = 'handoff' AND e.status IN ('open', 'decided'));
END $$;

-- A start holds its run's row shared until it commits, so this waits for those that have begun, and what comes later
-- sees the handoff.
CREATE FUNCTION signalbox_run_stops() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM agents_run WHERE key = NEW.run_key FOR NO KEY UPDATE;
  RETURN NEW;
END $$;
CREATE TRIGGER run_stops BEFORE INSERT ON approvals_escalation
  FOR EACH ROW WHEN (NEW.kind = 'handoff') EXECUTE FUNCTION signalbox_run_stops();

-- What would begin is put aside instead of refused, because beginning is half of a statement that ends something else.
-- A step that was handed over itself is taken to be given back, also where another one of its run is handed over too.
CREATE FUNCTION signalbox_step_waits() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM agents_run r JOIN approvals_escalation e
             ON e.run_key = r.key AND e.kind = 'handoff' AND e.status IN ('open', 'decided')
             WHERE r.id = NEW.run_id AND r.cancelled_at IS NULL)
     AND NOT EXISTS (SELECT 1 FROM approvals_escalation o
                     WHERE o.origin = NEW.key AND o.kind = 'handoff' AND o.status IN ('open', 'decided')) THEN
    NEW.worker_id := NULL;
    IF TG_OP = 'INSERT' THEN
      NEW.status := 'ready'; NEW.epoch := 0; NEW.claimed_at := NULL; NEW.started_at := NULL;
    ELSE
      NEW.status := CASE OLD.status WHEN 'pending' THEN 'ready' ELSE 'waiting' END;
      NEW.epoch := OLD.epoch; NEW.claimed_at := OLD.claimed_at; NEW.started_at := OLD.started_at;
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER a_handoff_stops BEFORE INSERT ON agents_step
  FOR EACH ROW WHEN (NEW.status = 'running') EXECUTE FUNCTION signalbox_step_waits();
CREATE TRIGGER a_handoff_stops_claims BEFORE UPDATE OF status ON agents_step
  FOR EACH ROW WHEN (NEW.status = 'running' AND OLD.status <> 'running') EXECUTE FUNCTION signalbox_step_waits();
