-- Agents that run elsewhere: no right is taken but for its bytes, once, in its time, by whom it was given to.

DO $$
DECLARE name text;
BEGIN
  EXECUTE 'CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON approvals_outsideaction FOR EACH ROW EXECUTE FUNCTION signalbox_append_only()';
  EXECUTE 'REVOKE UPDATE, DELETE, TRUNCATE ON approvals_outsideaction FROM signalbox_app';
  FOREACH name IN ARRAY ARRAY['approvals_redemption', 'approvals_outsidetool', 'approvals_agentkey'] LOOP
    EXECUTE format('CREATE TRIGGER never_deleted BEFORE DELETE ON %I FOR EACH ROW EXECUTE FUNCTION signalbox_append_only()', name);
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM signalbox_app', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['approvals_outsideaction', 'approvals_redemption', 'approvals_outsidetool', 'approvals_agentkey'] LOOP
    EXECUTE format('CREATE TRIGGER never_truncated BEFORE TRUNCATE ON %I EXECUTE FUNCTION signalbox_append_only()', name);
  END LOOP;
END $$;
GRANT UPDATE (confirmed_by_id, confirmed_at, ended_by_id, ended_at) ON approvals_outsidetool TO signalbox_app;
GRANT UPDATE (outcome, detail, ended_at) ON approvals_redemption TO signalbox_app;
-- What a key may do never grows; it can only end.
GRANT UPDATE (revoked_at) ON approvals_agentkey TO signalbox_app;

-- An admin proposes, another one confirms, and anyone of them ends it at once.
CREATE FUNCTION signalbox_outside_tool_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE who bigint;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.confirmed_at IS NOT NULL OR NEW.ended_at IS NOT NULL THEN
      RAISE EXCEPTION 'a classification begins as a proposal' USING ERRCODE = 'SB001';
    END IF;
    who := NEW.proposed_by_id;
  ELSE
    IF (NEW.id, NEW.tenant_id, NEW.agent, NEW.name, NEW.version, NEW.description, NEW.parameters, NEW.effect, NEW.reversibility,
        NEW.effect_class, NEW.egress, NEW.reason, NEW.proposed_by_id, NEW.proposed_at)
       IS DISTINCT FROM
       (OLD.id, OLD.tenant_id, OLD.agent, OLD.name, OLD.version, OLD.description, OLD.parameters, OLD.effect, OLD.reversibility,
        OLD.effect_class, OLD.egress, OLD.reason, OLD.proposed_by_id, OLD.proposed_at)
       OR OLD.ended_at IS NOT NULL
       OR (OLD.confirmed_at IS NOT NULL AND (NEW.confirmed_at, NEW.confirmed_by_id) IS DISTINCT FROM (OLD.confirmed_at, OLD.confirmed_by_id)) THEN
      RAISE EXCEPTION 'a classification is confirmed once, ended once and never rewritten' USING ERRCODE = 'SB008';
    END IF;
    IF OLD.confirmed_at IS NULL AND NEW.confirmed_at IS NOT NULL AND NEW.confirmed_by_id = OLD.proposed_by_id THEN
      RAISE EXCEPTION 'a classification is confirmed by another admin' USING ERRCODE = 'SB011';
    END IF;
    who := CASE WHEN NEW.ended_at IS NOT NULL THEN NEW.ended_by_id ELSE NEW.confirmed_by_id END;
  END IF;
  IF who IS NULL OR NOT EXISTS (SELECT 1 FROM approvals_member m
       WHERE m.id = who AND m.tenant_id = NEW.tenant_id AND m.is_active AND m.role = 'admin') THEN
    RAISE EXCEPTION 'a tool is classified by admins of its tenant' USING ERRCODE = 'SB011';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON approvals_outsidetool
  FOR EACH ROW EXECUTE FUNCTION signalbox_outside_tool_guard();

-- An action is asked with a key of its agent, and before anything was judged: its origin is nobody else's.
CREATE FUNCTION signalbox_outside_action_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM approvals_agentkey k WHERE k.id = NEW.agent_key_id AND k.tenant_id = NEW.tenant_id
                 AND k.agent = NEW.agent AND k.agent <> '' AND k.scopes ? 'action.submit' AND k.revoked_at IS NULL
                 AND (k.expires_at IS NULL OR k.expires_at > clock_timestamp())) THEN
    RAISE EXCEPTION 'an action is asked with a key of its agent' USING ERRCODE = 'SB030';
  END IF;
  IF EXISTS (SELECT 1 FROM approvals_verdict v WHERE v.origin = NEW.key) THEN
    RAISE EXCEPTION 'this origin was judged for somebody else' USING ERRCODE = 'SB001';
  END IF;
  IF NEW.tool_id IS NOT NULL AND NOT EXISTS (
       SELECT 1 FROM approvals_outsidetool t WHERE t.id = NEW.tool_id AND t.tenant_id = NEW.tenant_id AND t.agent = NEW.agent
       AND t.confirmed_at IS NOT NULL AND t.ended_at IS NULL) THEN
    RAISE EXCEPTION 'its tool is not classified so' USING ERRCODE = 'SB001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT ON approvals_outsideaction
  FOR EACH ROW EXECUTE FUNCTION signalbox_outside_action_guard();

ALTER TABLE approvals_redemption
  ADD CONSTRAINT redemption_one_right CHECK (
    num_nonnulls(verdict_id, grant_id) = 1
    AND verdict_outcome IS NOT DISTINCT FROM CASE WHEN verdict_id IS NOT NULL THEN 'allow' END),
  ADD CONSTRAINT redemption_by_verdict FOREIGN KEY (verdict_id, verdict_outcome, payload_sha256, origin)
    REFERENCES approvals_verdict (id, outcome, payload_sha256, origin),
  ADD CONSTRAINT redemption_by_grant FOREIGN KEY (grant_id, payload_sha256, origin)
    REFERENCES approvals_grant (id, payload_sha256, origin),
  ADD CONSTRAINT redemption_of_action FOREIGN KEY (origin) REFERENCES approvals_outsideaction (key);

-- SECURITY DEFINER: it marks the grant used, which the application's role cannot do itself. The order of the questions is
-- that of an operation's right (agents), and so are the states.
CREATE FUNCTION signalbox_redemption_right() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v approvals_verdict; g approvals_grant; a approvals_outsideaction; by_person bigint;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'a right is taken under READ COMMITTED' USING ERRCODE = 'SB001';
  END IF;
  IF NEW.outcome IS NOT NULL THEN
    RAISE EXCEPTION 'a redemption begins without an outcome' USING ERRCODE = 'SB001';
  END IF;
  -- Locked, so that two rights of one action are not taken at once.
  SELECT * INTO a FROM approvals_outsideaction WHERE id = NEW.action_id FOR NO KEY UPDATE;
  IF NEW.grant_id IS NOT NULL THEN
    SELECT * INTO g FROM approvals_grant WHERE id = NEW.grant_id FOR UPDATE;
    IF NOT FOUND THEN RAISE EXCEPTION 'no such grant' USING ERRCODE = 'SB001'; END IF;
    IF g.voided_at IS NOT NULL THEN RAISE EXCEPTION 'grant % is void', g.id USING ERRCODE = 'SB003'; END IF;
    IF g.used_at IS NOT NULL THEN RAISE EXCEPTION 'grant % is used', g.id USING ERRCODE = 'SB004'; END IF;
    IF clock_timestamp() < g.not_before THEN RAISE EXCEPTION 'grant % is not valid yet', g.id USING ERRCODE = 'SB005'; END IF;
    IF clock_timestamp() >= g.expires_at THEN RAISE EXCEPTION 'grant % has expired', g.id USING ERRCODE = 'SB006'; END IF;
    SELECT * INTO v FROM approvals_verdict WHERE id = g.verdict_id;
    IF NOT EXISTS (SELECT 1 FROM approvals_decision d JOIN approvals_escalation e ON e.id = d.escalation_id
                   WHERE d.id = g.decision_id AND e.status = 'applied'
                     AND NOT EXISTS (SELECT 1 FROM approvals_undo u WHERE u.decision_id = d.id)
                     AND (d.kind = 'repeat' OR v.outcome IN ('ask', 'confirm'))
                     AND (d.kind <> 'repeat' OR EXISTS (SELECT 1 FROM approvals_redemption r
                          WHERE r.action_id = a.id AND r.outcome = 'unknown' AND r.payload_sha256 = d.payload_sha256))) THEN
      RAISE EXCEPTION 'the decision of grant % does not stand', g.id USING ERRCODE = 'SB003';
    END IF;
    -- Whoever decided must be one who may still decide.
    SELECT d.by_id INTO by_person FROM approvals_decision d WHERE d.id = g.decision_id;
    IF by_person IS NOT NULL AND NOT EXISTS (SELECT 1 FROM approvals_member m
         WHERE m.id = by_person AND m.tenant_id = a.tenant_id AND m.is_active AND m.role IN ('reviewer', 'admin')) THEN
      RAISE EXCEPTION 'who decided on grant % may not decide any more', g.id USING ERRCODE = 'SB031';
    END IF;
  ELSE
    SELECT * INTO v FROM approvals_verdict WHERE id = NEW.verdict_id;
    IF EXISTS (SELECT 1 FROM approvals_redemption r WHERE r.verdict_id = v.id) THEN
      RAISE EXCEPTION 'verdict % is used', v.id USING ERRCODE = 'SB004';
    END IF;
    IF clock_timestamp() >= v.created_at + interval '5 minutes' THEN
      RAISE EXCEPTION 'verdict % has expired', v.id USING ERRCODE = 'SB006';
    END IF;
    IF a.tool_id IS NULL OR NOT EXISTS (SELECT 1 FROM approvals_outsidetool t
         WHERE t.id = a.tool_id AND t.confirmed_at IS NOT NULL AND t.ended_at IS NULL) THEN
      RAISE EXCEPTION 'the tool is not classified so any more' USING ERRCODE = 'SB031';
    END IF;
  END IF;
  IF v.id IS NULL OR a.id IS NULL OR a.key IS DISTINCT FROM NEW.origin OR v.origin IS DISTINCT FROM a.key
     OR (v.tenant_id, v.agent) IS DISTINCT FROM (a.tenant_id, a.agent)
     OR v.id <> (SELECT max(l.id) FROM approvals_verdict l WHERE l.origin = a.key) THEN
    RAISE EXCEPTION 'the right belongs to another action' USING ERRCODE = 'SB001';
  END IF;
  IF convert_from(NEW.payload, 'UTF8')::jsonb ->> 'tool' IS DISTINCT FROM v.tool THEN
    RAISE EXCEPTION 'the bytes name another tool' USING ERRCODE = 'SB001';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM approvals_agentkey k WHERE k.id = NEW.agent_key_id AND k.tenant_id = a.tenant_id
                 AND k.agent = a.agent AND k.scopes ? 'action.submit' AND k.revoked_at IS NULL
                 AND (k.expires_at IS NULL OR k.expires_at > clock_timestamp())) THEN
    RAISE EXCEPTION 'a right is taken with a key of its agent' USING ERRCODE = 'SB030';
  END IF;
  -- Other rules may say something else of it; those of an open canary are live for the runs in it.
  IF NOT EXISTS (SELECT 1 FROM approvals_ruleset l WHERE l.id = v.ruleset_id AND l.status = 'live')
     AND NOT EXISTS (SELECT 1 FROM approvals_canary c WHERE c.ruleset_id = v.ruleset_id AND c.ended_at IS NULL) THEN
    RAISE EXCEPTION 'it was judged by rules that are not live any more' USING ERRCODE = 'SB031';
  END IF;
  -- Shared with the exclusive lock of a halt: one that has returned is seen by every later start.
  PERFORM pg_advisory_xact_lock_shared(21313, 1);
  IF EXISTS (SELECT 1 FROM approvals_halt h WHERE h.lifted_at IS NULL AND h.tenant_id = v.tenant_id AND
             (h.scope = 'everything' OR (h.scope = 'agent' AND h.key = v.agent) OR (h.scope = 'tool' AND h.key = v.tool)
              OR (h.scope = 'run' AND h.key = v.run_key::text))) THEN
    RAISE EXCEPTION 'halted' USING ERRCODE = 'SB002';
  END IF;
  IF NEW.grant_id IS NOT NULL THEN
    UPDATE approvals_grant SET used_at = clock_timestamp() WHERE id = NEW.grant_id;
  END IF;
  NEW.redeemed_at := clock_timestamp();
  NEW.outcome_due_at := NEW.redeemed_at + interval '15 minutes';
  RETURN NEW;
END $$;
CREATE TRIGGER right_first BEFORE INSERT ON approvals_redemption
  FOR EACH ROW EXECUTE FUNCTION signalbox_redemption_right();

-- An outcome is said once; of an unknown one a person may still find out.
CREATE FUNCTION signalbox_redemption_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF (NEW.id, NEW.action_id, NEW.origin, NEW.agent_key_id, NEW.payload, NEW.verdict_id, NEW.verdict_outcome, NEW.grant_id,
      NEW.redeemed_at, NEW.outcome_due_at)
     IS DISTINCT FROM
     (OLD.id, OLD.action_id, OLD.origin, OLD.agent_key_id, OLD.payload, OLD.verdict_id, OLD.verdict_outcome, OLD.grant_id,
      OLD.redeemed_at, OLD.outcome_due_at) THEN
    RAISE EXCEPTION 'the identity of a redemption never changes' USING ERRCODE = 'SB008';
  END IF;
  IF OLD.outcome IS NOT NULL THEN
    IF NOT (OLD.outcome = 'unknown' AND NEW.outcome IN ('succeeded', 'failed') AND NEW.detail = OLD.detail AND EXISTS (
         SELECT 1 FROM approvals_decision d JOIN approvals_escalation e ON e.id = d.escalation_id
         WHERE e.origin = OLD.origin AND e.status = 'applied' AND d.kind IN ('happened', 'not_happened')
           AND d.decided_at > OLD.ended_at)) THEN
      RAISE EXCEPTION 'redemption % has ended', OLD.id USING ERRCODE = 'SB008';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON approvals_redemption FOR EACH ROW EXECUTE FUNCTION signalbox_redemption_guard();
