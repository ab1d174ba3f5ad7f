-- Traces leave with the end of their run: the row that says so is written by the same transaction, where a collector is.

-- As in 0007, and the trace.
CREATE OR REPLACE FUNCTION signalbox_run_closes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE agents_openlimit SET open_runs = open_runs - 1 WHERE tenant_id = NEW.tenant_id;
  INSERT INTO agents_unsent (run_id) SELECT NEW.id WHERE EXISTS (SELECT 1 FROM agents_collector);
  RETURN NULL;
END $$;

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['agents_collector', 'agents_unsent'] LOOP
    EXECUTE format('CREATE TRIGGER never_truncated BEFORE TRUNCATE ON %I EXECUTE FUNCTION signalbox_append_only()', name);
    EXECUTE format('GRANT DELETE ON %I TO signalbox_app', name);
  END LOOP;
END $$;
REVOKE INSERT, UPDATE ON agents_unsent FROM signalbox_app;
GRANT UPDATE (try_at, failures, error) ON agents_unsent TO signalbox_app;
