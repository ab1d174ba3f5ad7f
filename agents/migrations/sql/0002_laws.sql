-- No effect without a right: what an operation must name, and what the database checks itself.

ALTER TABLE agents_operation
  ADD CONSTRAINT operation_one_right CHECK (
    num_nonnulls(verdict_id, grant_id) = 1
    AND verdict_outcome IS NOT DISTINCT FROM CASE WHEN verdict_id IS NOT NULL THEN 'allow' END),
  ADD CONSTRAINT operation_by_verdict FOREIGN KEY (verdict_id, verdict_outcome, payload_sha256, origin)
    REFERENCES approvals_verdict (id, outcome, payload_sha256, origin),
  ADD CONSTRAINT operation_by_grant FOREIGN KEY (grant_id, payload_sha256, origin)
    REFERENCES approvals_grant (id, payload_sha256, origin),
  ADD CONSTRAINT operation_of_step FOREIGN KEY (origin) REFERENCES agents_step (key);

-- Whether what this verdict is about is frozen now. Not in LANGUAGE sql, which with a SET clause is planned at each call.
CREATE FUNCTION signalbox_is_halted(v approvals_verdict) RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM approvals_halt h WHERE h.lifted_at IS NULL AND h.tenant_id = v.tenant_id AND
                 (h.scope = 'everything' OR (h.scope = 'agent' AND h.key = v.agent) OR (h.scope = 'tool' AND h.key = v.tool)
                  OR (h.scope = 'run' AND h.key = v.run_key::text)));
END $$;

-- Whether an effect of this verdict may start now for this step: asked before the first intent and before every repeat.
CREATE FUNCTION signalbox_check_start(wanted_step bigint, wanted_origin uuid, wanted_epoch integer, v approvals_verdict)
RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE s agents_step; r agents_run;
BEGIN
  -- Under a fixed snapshot a halt that has returned could be invisible.
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'an effect starts under READ COMMITTED' USING ERRCODE = 'SB001';
  END IF;
  -- Locked, so that a takeover and this intent cannot both believe they hold the step.
  SELECT * INTO s FROM agents_step WHERE id = wanted_step FOR SHARE;
  SELECT * INTO r FROM agents_run WHERE id = s.run_id FOR SHARE;
  IF s.key IS DISTINCT FROM wanted_origin OR r.key IS DISTINCT FROM v.run_key OR r.tenant_id IS DISTINCT FROM v.tenant_id THEN
    RAISE EXCEPTION 'the right belongs to another step' USING ERRCODE = 'SB001';
  END IF;
  IF s.status <> 'running' OR s.epoch <> wanted_epoch THEN
    RAISE EXCEPTION 'step % is not held at epoch %', s.id, wanted_epoch USING ERRCODE = 'SB007';
  END IF;
  IF r.cancelled_at IS NOT NULL THEN RAISE EXCEPTION 'run % is cancelled', r.key USING ERRCODE = 'SB010'; END IF;
  -- Shared with the exclusive lock `halting` takes: a halt that has returned is seen by every later start.
  PERFORM pg_advisory_xact_lock_shared(21313, 1);
  IF signalbox_is_halted(v) THEN
    RAISE EXCEPTION 'halted' USING ERRCODE = 'SB002';
  END IF;
END $$;

-- SECURITY DEFINER: it marks the grant used, which the application's role cannot do itself.
CREATE FUNCTION signalbox_operation_right() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v approvals_verdict; g approvals_grant;
BEGIN
  IF NEW.outcome IS NOT NULL THEN
    RAISE EXCEPTION 'an operation begins as an intent' USING ERRCODE = 'SB001';
  END IF;
  IF NEW.grant_id IS NOT NULL THEN
    SELECT * INTO g FROM approvals_grant WHERE id = NEW.grant_id FOR UPDATE;
    IF NOT FOUND THEN RAISE EXCEPTION 'no such grant' USING ERRCODE = 'SB001'; END IF;
    IF g.voided_at IS NOT NULL THEN RAISE EXCEPTION 'grant % is void', g.id USING ERRCODE = 'SB003'; END IF;
    IF g.used_at IS NOT NULL THEN RAISE EXCEPTION 'grant % is used', g.id USING ERRCODE = 'SB004'; END IF;
    IF clock_timestamp() < g.not_before THEN RAISE EXCEPTION 'grant % is not valid yet', g.id USING ERRCODE = 'SB005'; END IF;
    IF clock_timestamp() >= g.expires_at THEN RAISE EXCEPTION 'grant % has expired', g.id USING ERRCODE = 'SB006'; END IF;
    SELECT * INTO v FROM approvals_verdict WHERE id = g.verdict_id;
    -- A decision that was undone, withdrawn or not taken yet gives no right, whether or not its grant was voided.
    IF NOT EXISTS (SELECT 1 FROM approvals_decision d JOIN approvals_escalation e ON e.id = d.escalation_id
                   WHERE d.id = g.decision_id AND e.status = 'applied'
                     AND NOT EXISTS (SELECT 1 FROM approvals_undo u WHERE u.decision_id = d.id)
                     AND (d.kind = 'repeat' OR v.outcome IN ('ask', 'confirm'))
                     AND (d.kind <> 'repeat' OR EXISTS (SELECT 1 FROM agents_operation o
                          WHERE o.step_id = NEW.step_id AND o.outcome = 'unknown' AND o.payload_sha256 = d.payload_sha256))) THEN
      RAISE EXCEPTION 'the decision of grant % does not stand', g.id USING ERRCODE = 'SB001';
    END IF;
  ELSE
    SELECT * INTO v FROM approvals_verdict WHERE id = NEW.verdict_id;
  END IF;
  IF v.id IS NULL THEN RAISE EXCEPTION 'no verdict stands behind this operation' USING ERRCODE = 'SB001'; END IF;
  IF convert_from(NEW.payload, 'UTF8')::jsonb ->> 'tool' IS DISTINCT FROM NEW.tool OR NEW.tool IS DISTINCT FROM v.tool THEN
    RAISE EXCEPTION 'the bytes name another tool' USING ERRCODE = 'SB001';
  END IF;
  PERFORM signalbox_check_start(NEW.step_id, NEW.origin, NEW.epoch, v);
  IF NEW.grant_id IS NOT NULL THEN
    UPDATE approvals_grant SET used_at = clock_timestamp() WHERE id = NEW.grant_id;
  END IF;
  NEW.started_at := clock_timestamp();
  RETURN NEW;
END $$;
CREATE TRIGGER right_first BEFORE INSERT ON agents_operation FOR EACH ROW EXECUTE FUNCTION signalbox_operation_right();

-- A repeat is a new start of the same intent: it takes the epoch of its new holder and answers the same questions.
CREATE FUNCTION signalbox_operation_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE v approvals_verdict;
BEGIN
  IF (NEW.id, NEW.step_id, NEW.origin, NEW.tool, NEW.effect_class, NEW.payload, NEW.verdict_id, NEW.verdict_outcome, NEW.grant_id, NEW.started_at)
     IS DISTINCT FROM
     (OLD.id, OLD.step_id, OLD.origin, OLD.tool, OLD.effect_class, OLD.payload, OLD.verdict_id, OLD.verdict_outcome, OLD.grant_id, OLD.started_at) THEN
    RAISE EXCEPTION 'the identity of an operation never changes' USING ERRCODE = 'SB008';
  END IF;
  IF OLD.outcome IS NOT NULL AND NOT (OLD.outcome = 'unknown' AND NEW.outcome IN ('succeeded', 'failed')) THEN
    RAISE EXCEPTION 'operation % has ended', OLD.id USING ERRCODE = 'SB008';
  END IF;
  IF NEW.epoch <> OLD.epoch THEN
    IF NEW.epoch < OLD.epoch OR OLD.outcome IS NOT NULL OR OLD.effect_class = 'C' THEN
      RAISE EXCEPTION 'operation % is not repeated', OLD.id USING ERRCODE = 'SB008';
    END IF;
    SELECT * INTO v FROM approvals_verdict WHERE id = coalesce(NEW.verdict_id, (SELECT g.verdict_id FROM approvals_grant g WHERE g.id = NEW.grant_id));
    PERFORM signalbox_check_start(NEW.step_id, NEW.origin, NEW.epoch, v);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON agents_operation FOR EACH ROW EXECUTE FUNCTION signalbox_operation_guard();

CREATE FUNCTION signalbox_step_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.ended_at IS NOT NULL
     OR (NEW.id, NEW.key, NEW.run_id, NEW.position, NEW.kind, NEW.call, NEW.after) IS DISTINCT FROM (OLD.id, OLD.key, OLD.run_id, OLD.position, OLD.kind, OLD.call, OLD.after)
     OR NEW.epoch NOT IN (OLD.epoch, OLD.epoch + 1) THEN
    RAISE EXCEPTION 'the identity of a step never changes' USING ERRCODE = 'SB008';
  END IF;
  IF NEW.status <> OLD.status AND NOT (CASE OLD.status
      WHEN 'pending' THEN NEW.status IN ('ready', 'running', 'cancelled')
      WHEN 'ready' THEN NEW.status IN ('running', 'waiting', 'cancelled')
      WHEN 'running' THEN NEW.status IN ('ready', 'waiting', 'succeeded', 'failed', 'refused', 'cancelled')
      WHEN 'waiting' THEN NEW.status IN ('ready', 'cancelled')
      ELSE false END) THEN
    RAISE EXCEPTION 'step % cannot go from % to %', OLD.id, OLD.status, NEW.status USING ERRCODE = 'SB009';
  END IF;
  -- Nothing may bury an effect nobody knows the outcome of.
  IF NEW.kind = 'tool' AND NEW.status <> OLD.status AND NEW.status IN ('succeeded', 'failed', 'refused', 'cancelled') THEN
    IF EXISTS (SELECT 1 FROM agents_operation o WHERE o.step_id = NEW.id AND o.outcome IS NULL) THEN
      RAISE EXCEPTION 'step % has an operation without outcome', NEW.id USING ERRCODE = 'SB012';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON agents_step FOR EACH ROW EXECUTE FUNCTION signalbox_step_guard();

CREATE FUNCTION signalbox_run_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.ended_at IS NOT NULL
     OR (NEW.id, NEW.key, NEW.request_id, NEW.tenant_id, NEW.agent, NEW.agent_version, NEW.session_key, NEW.created_at)
        IS DISTINCT FROM (OLD.id, OLD.key, OLD.request_id, OLD.tenant_id, OLD.agent, OLD.agent_version, OLD.session_key, OLD.created_at)
     OR (OLD.cancelled_at IS NOT NULL AND NEW.cancelled_at IS DISTINCT FROM OLD.cancelled_at) THEN
    RAISE EXCEPTION 'the identity of a run never changes' USING ERRCODE = 'SB008';
  END IF;
  IF NEW.status <> OLD.status AND NOT (CASE OLD.status
      WHEN 'queued' THEN NEW.status IN ('running', 'cancelled')
      WHEN 'running' THEN NEW.status IN ('waiting', 'succeeded', 'failed', 'cancelled')
      WHEN 'waiting' THEN NEW.status IN ('running', 'cancelled', 'failed')
      ELSE false END) THEN
    RAISE EXCEPTION 'run % cannot go from % to %', OLD.key, OLD.status, NEW.status USING ERRCODE = 'SB009';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON agents_run FOR EACH ROW EXECUTE FUNCTION signalbox_run_guard();

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['agents_request', 'agents_run', 'agents_step', 'agents_operation', 'agents_worker'] LOOP
    EXECUTE format('CREATE TRIGGER never_deleted BEFORE DELETE ON %I FOR EACH ROW EXECUTE FUNCTION signalbox_append_only()', name);
    EXECUTE format('CREATE TRIGGER never_truncated BEFORE TRUNCATE ON %I EXECUTE FUNCTION signalbox_append_only()', name);
  END LOOP;
END $$;
REVOKE UPDATE ON agents_operation, agents_request FROM signalbox_app;
GRANT UPDATE (epoch, outcome, error, ended_at) ON agents_operation TO signalbox_app;
