-- Dead letters, breakers and stops: what a person settles once, what the machine writes down by itself.

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['agents_stop', 'agents_breakerchange'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION signalbox_append_only()', name);
    EXECUTE format('CREATE TRIGGER never_truncated BEFORE TRUNCATE ON %I EXECUTE FUNCTION signalbox_append_only()', name);
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM signalbox_app', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['agents_letter', 'agents_breaker'] LOOP
    EXECUTE format('CREATE TRIGGER never_deleted BEFORE DELETE ON %I FOR EACH ROW EXECUTE FUNCTION signalbox_append_only()', name);
    EXECUTE format('CREATE TRIGGER never_truncated BEFORE TRUNCATE ON %I EXECUTE FUNCTION signalbox_append_only()', name);
  END LOOP;
END $$;

-- An admin of that tenant, working here today.
CREATE FUNCTION signalbox_is_admin(person bigint, of_tenant bigint) RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT 1 FROM approvals_member m
                 WHERE m.id = person AND m.tenant_id = of_tenant AND m.is_active AND m.role = 'admin');
END $$;

CREATE FUNCTION signalbox_letter_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.settled_at IS NOT NULL OR NOT EXISTS (
        SELECT 1 FROM agents_step s JOIN agents_run r ON r.id = s.run_id
        WHERE s.id = NEW.step_id AND s.status = 'waiting' AND s.epoch = NEW.epoch AND r.id = NEW.run_id AND r.tenant_id = NEW.tenant_id) THEN
      RAISE EXCEPTION 'a dead letter is open and about a step of its run that waits' USING ERRCODE = 'SB001';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.settled_at IS NOT NULL
     OR (NEW.id, NEW.tenant_id, NEW.run_id, NEW.step_id, NEW.cause, NEW.subject, NEW.error, NEW.attempts, NEW.epoch, NEW.buried_at)
        IS DISTINCT FROM (OLD.id, OLD.tenant_id, OLD.run_id, OLD.step_id, OLD.cause, OLD.subject, OLD.error, OLD.attempts, OLD.epoch, OLD.buried_at) THEN
    RAISE EXCEPTION 'a dead letter is settled once and never rewritten' USING ERRCODE = 'SB008';
  END IF;
  IF NEW.settled_by_id IS NOT NULL AND NOT signalbox_is_admin(NEW.settled_by_id, NEW.tenant_id) THEN
    RAISE EXCEPTION 'a dead letter is settled by an admin of its tenant' USING ERRCODE = 'SB011';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON agents_letter FOR EACH ROW EXECUTE FUNCTION signalbox_letter_guard();

CREATE FUNCTION signalbox_breaker_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'closed' AND NOT (NEW.state = 'open' AND NEW.by_id IS NOT NULL) THEN
      RAISE EXCEPTION 'a breaker begins closed' USING ERRCODE = 'SB009';
    END IF;
  ELSE
    IF (NEW.id, NEW.tenant_id, NEW.guarded, NEW.name) IS DISTINCT FROM (OLD.id, OLD.tenant_id, OLD.guarded, OLD.name) THEN
      RAISE EXCEPTION 'the identity of a breaker never changes' USING ERRCODE = 'SB008';
    END IF;
    IF NEW.state <> OLD.state AND NOT (CASE OLD.state
        WHEN 'closed' THEN NEW.state = 'open'
        WHEN 'open' THEN NEW.state = 'trial' OR (NEW.state = 'closed' AND NEW.by_id IS NOT NULL)
        WHEN 'trial' THEN NEW.state IN ('open', 'closed')
        ELSE false END) THEN
      RAISE EXCEPTION 'breaker % cannot go from % to %', OLD.name, OLD.state, NEW.state USING ERRCODE = 'SB009';
    END IF;
    -- What a person has opened for good waits for a person.
    IF OLD.state = 'open' AND OLD.try_at IS NULL
       AND (NEW.by_id IS NULL OR NEW.state = 'trial' OR (NEW.state = 'open' AND NEW.try_at IS NOT NULL)) THEN
      RAISE EXCEPTION 'breaker % is held open by a person', OLD.name USING ERRCODE = 'SB009';
    END IF;
  END IF;
  -- A failure that is counted later leaves who and why as they are.
  IF NEW.by_id IS NOT NULL AND (TG_OP = 'INSERT' OR (NEW.by_id, NEW.state, NEW.try_at, NEW.reason, NEW.changed_at)
       IS DISTINCT FROM (OLD.by_id, OLD.state, OLD.try_at, OLD.reason, OLD.changed_at))
     AND NOT signalbox_is_admin(NEW.by_id, NEW.tenant_id) THEN
    RAISE EXCEPTION 'a breaker is moved by an admin of its tenant' USING ERRCODE = 'SB011';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON agents_breaker FOR EACH ROW EXECUTE FUNCTION signalbox_breaker_guard();

-- SECURITY DEFINER: the application itself cannot write history.
CREATE FUNCTION signalbox_breaker_history() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE before text := CASE WHEN TG_OP = 'INSERT' THEN 'closed' ELSE OLD.state END;
BEGIN
  -- What a person says of an open one is history too.
  IF NEW.state <> before OR (NEW.by_id IS NOT NULL AND NEW.changed_at IS DISTINCT FROM OLD.changed_at) THEN
    INSERT INTO agents_breakerchange (breaker_id, before, after, failures, by_id, reason, at)
    VALUES (NEW.id, before, NEW.state, cardinality(NEW.failures), NEW.by_id, NEW.reason, clock_timestamp());
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER history AFTER INSERT OR UPDATE ON agents_breaker FOR EACH ROW EXECUTE FUNCTION signalbox_breaker_history();
REVOKE INSERT ON agents_breakerchange FROM signalbox_app;
REVOKE UPDATE ON agents_letter FROM signalbox_app;
GRANT UPDATE (settled_at, settlement, settled_by_id, reason) ON agents_letter TO signalbox_app;

-- As in 0002, and one move more: a step whose dead letter was discarded has failed.
CREATE OR REPLACE FUNCTION signalbox_step_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
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
      WHEN 'waiting' THEN NEW.status IN ('ready', 'cancelled', 'failed')
      ELSE false END) THEN
    RAISE EXCEPTION 'step % cannot go from % to %', OLD.id, OLD.status, NEW.status USING ERRCODE = 'SB009';
  END IF;
  -- Rows are looked for inside of an IF of their own, here and below: a condition with a query in it is planned anew at
  -- every update of a step.
  IF OLD.status = 'waiting' AND NEW.status = 'failed' THEN
    IF NOT EXISTS (
        SELECT 1 FROM agents_letter l WHERE l.step_id = NEW.id AND l.settlement = 'discarded' AND l.epoch = NEW.epoch) THEN
      RAISE EXCEPTION 'step % cannot go from % to %', OLD.id, OLD.status, NEW.status USING ERRCODE = 'SB009';
    END IF;
  END IF;
  -- Nothing may bury an effect nobody knows the outcome of.
  IF NEW.kind = 'tool' AND NEW.status <> OLD.status AND NEW.status IN ('succeeded', 'failed', 'refused', 'cancelled') THEN
    IF EXISTS (SELECT 1 FROM agents_operation o WHERE o.step_id = NEW.id AND o.outcome IS NULL) THEN
      RAISE EXCEPTION 'step % has an operation without outcome', NEW.id USING ERRCODE = 'SB012';
    END IF;
  END IF;
  -- Who waits for a dead letter goes on only when it is settled.
  IF OLD.status = 'waiting' AND NEW.status <> 'waiting' THEN
    IF EXISTS (SELECT 1 FROM agents_letter l WHERE l.step_id = NEW.id AND l.settled_at IS NULL) THEN
      RAISE EXCEPTION 'step % has an open dead letter', NEW.id USING ERRCODE = 'SB012';
    END IF;
  END IF;
  RETURN NEW;
END $$;
