-- What comes in: claims that take turns, runs that are open, sources and schedules that only admins change.

CREATE INDEX step_ready ON agents_step (tenant_id, (timezone('UTC', ready_at) - priority * interval '1 minute'), lane)
  WHERE status = 'ready';

-- Called only by an update that names the column, so that no other one pays for it.
CREATE FUNCTION signalbox_step_tenant() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'the identity of a step never changes' USING ERRCODE = 'SB008';
END $$;
CREATE TRIGGER tenant_stays BEFORE UPDATE OF tenant_id ON agents_step FOR EACH ROW
  WHEN (NEW.tenant_id IS DISTINCT FROM OLD.tenant_id) EXECUTE FUNCTION signalbox_step_tenant();

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['agents_delivery', 'agents_tick'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION signalbox_append_only()', name);
    EXECUTE format('CREATE TRIGGER never_truncated BEFORE TRUNCATE ON %I EXECUTE FUNCTION signalbox_append_only()', name);
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM signalbox_app', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['agents_source', 'agents_sourcesecret', 'agents_schedule', 'agents_openlimit', 'agents_refused'] LOOP
    EXECUTE format('CREATE TRIGGER never_deleted BEFORE DELETE ON %I FOR EACH ROW EXECUTE FUNCTION signalbox_append_only()', name);
    EXECUTE format('CREATE TRIGGER never_truncated BEFORE TRUNCATE ON %I EXECUTE FUNCTION signalbox_append_only()', name);
  END LOOP;
END $$;

-- Open runs of a tenant that has a limit: counted where they begin and end, so that a race cannot overrun it. A tenant
-- without one pays for a look into an empty table.
CREATE FUNCTION signalbox_run_opens() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.ended_at IS NOT NULL THEN
    RETURN NEW;
  END IF;
  UPDATE agents_openlimit SET open_runs = open_runs + 1 WHERE tenant_id = NEW.tenant_id AND open_runs < most;
  IF NOT FOUND THEN
    IF EXISTS (SELECT 1 FROM agents_openlimit WHERE tenant_id = NEW.tenant_id) THEN
      RAISE EXCEPTION 'as many runs are open as this tenant may have' USING ERRCODE = 'SB030';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER opens BEFORE INSERT ON agents_run FOR EACH ROW EXECUTE FUNCTION signalbox_run_opens();

-- Deferred, so that the one row of a tenant is locked last and no longer than a commit takes: whoever ends several runs
-- cannot deadlock with whoever ends one.
CREATE FUNCTION signalbox_run_closes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE agents_openlimit SET open_runs = open_runs - 1 WHERE tenant_id = NEW.tenant_id;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER closes AFTER UPDATE OF ended_at ON agents_run DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL) EXECUTE FUNCTION signalbox_run_closes();

-- The one way a limit is set, and by an admin. The table lock lets no run begin or end while those that are open are
-- counted for the first time.
CREATE FUNCTION signalbox_limit_runs(of_tenant bigint, at_most integer, person bigint)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE counted integer;
BEGIN
  IF NOT signalbox_is_admin(person, of_tenant) THEN
    RAISE EXCEPTION 'a limit is set by an admin of its tenant' USING ERRCODE = 'SB011';
  END IF;
  LOCK TABLE agents_run IN SHARE ROW EXCLUSIVE MODE;
  INSERT INTO agents_openlimit (tenant_id, most, open_runs)
  SELECT of_tenant, at_most, count(*) FROM agents_run WHERE tenant_id = of_tenant AND ended_at IS NULL
  ON CONFLICT (tenant_id) DO UPDATE SET most = excluded.most, open_runs = excluded.open_runs
  RETURNING open_runs INTO counted;
  RETURN counted;
END $$;
REVOKE INSERT, UPDATE ON agents_openlimit FROM signalbox_app;
REVOKE EXECUTE ON FUNCTION signalbox_limit_runs(bigint, integer, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION signalbox_limit_runs(bigint, integer, bigint) TO signalbox_app;

-- Counters move by themselves; everything else of a source or a schedule is an admin's to say.
CREATE FUNCTION signalbox_intake_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE counters text[] := ARRAY['refused', 'missed', 'next_at'];
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.id, NEW.tenant_id, NEW.created_at, to_jsonb(NEW) -> 'key') IS DISTINCT FROM (OLD.id, OLD.tenant_id, OLD.created_at, to_jsonb(OLD) -> 'key') THEN
      RAISE EXCEPTION 'the identity of what comes in never changes' USING ERRCODE = 'SB008';
    END IF;
    IF to_jsonb(NEW) - counters = to_jsonb(OLD) - counters THEN
      RETURN NEW;
    END IF;
  END IF;
  IF NOT signalbox_is_admin(NEW.changed_by_id, NEW.tenant_id) THEN
    RAISE EXCEPTION 'what comes in is changed by an admin of its tenant' USING ERRCODE = 'SB011';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON agents_source FOR EACH ROW EXECUTE FUNCTION signalbox_intake_guard();
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON agents_schedule FOR EACH ROW EXECUTE FUNCTION signalbox_intake_guard();

-- A secret is made by an admin and ends once; two of a source are good at the same time, never three.
CREATE FUNCTION signalbox_secret_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM 1 FROM agents_source WHERE id = NEW.source_id FOR NO KEY UPDATE;
    IF NOT EXISTS (SELECT 1 FROM agents_source s WHERE s.id = NEW.source_id AND signalbox_is_admin(NEW.made_by_id, s.tenant_id)) THEN
      RAISE EXCEPTION 'a secret is made by an admin of its tenant' USING ERRCODE = 'SB011';
    END IF;
    IF (SELECT count(*) FROM agents_sourcesecret WHERE source_id = NEW.source_id AND ends_at > clock_timestamp()) > 1 THEN
      RAISE EXCEPTION 'two secrets of this source are good already' USING ERRCODE = 'SB008';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.id, NEW.source_id, NEW.nonce, NEW.made_by_id, NEW.made_at) IS DISTINCT FROM (OLD.id, OLD.source_id, OLD.nonce, OLD.made_by_id, OLD.made_at)
     OR NEW.ends_at IS NULL OR NEW.ends_at > OLD.ends_at THEN
    RAISE EXCEPTION 'a secret ends, and is good no longer than it was' USING ERRCODE = 'SB008';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON agents_sourcesecret FOR EACH ROW EXECUTE FUNCTION signalbox_secret_guard();

-- What a source or a tick names is of its own tenant.
CREATE FUNCTION signalbox_taken_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE of_tenant bigint;
BEGIN
  IF TG_TABLE_NAME = 'agents_tick' THEN
    SELECT tenant_id INTO of_tenant FROM agents_schedule WHERE id = (to_jsonb(NEW) ->> 'schedule_id')::bigint;
  ELSE
    SELECT tenant_id INTO of_tenant FROM agents_source WHERE id = (to_jsonb(NEW) ->> 'source_id')::bigint;
  END IF;
  IF NEW.run_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM agents_run r WHERE r.id = NEW.run_id AND r.tenant_id = of_tenant) THEN
    RAISE EXCEPTION 'the run belongs to another tenant' USING ERRCODE = 'SB001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT ON agents_tick FOR EACH ROW EXECUTE FUNCTION signalbox_taken_guard();
CREATE TRIGGER guard BEFORE INSERT ON agents_delivery FOR EACH ROW EXECUTE FUNCTION signalbox_taken_guard();
