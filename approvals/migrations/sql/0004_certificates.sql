-- What is proven is never rewritten: epochs and certificates are only added, each behind the one before it.

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['approvals_epoch', 'approvals_certificate'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION signalbox_append_only()', name);
    EXECUTE format('CREATE TRIGGER never_truncated BEFORE TRUNCATE ON %I EXECUTE FUNCTION signalbox_append_only()', name);
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM signalbox_app', name);
  END LOOP;
END $$;

-- An epoch begins above every verdict whose id was ever drawn, committed or not: none moves into it afterwards.
CREATE FUNCTION signalbox_epoch_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  NEW.began_at := clock_timestamp();
  NEW.first_seq := CASE WHEN NEW.number = 1 THEN 0 ELSE (SELECT last_value + 1 FROM approvals_verdict_id_seq) END;
  IF NEW.number > 1 AND NOT EXISTS (
      SELECT 1 FROM approvals_epoch e
      WHERE e.tenant_id = NEW.tenant_id AND e.route = NEW.route AND e.number = NEW.number - 1) THEN
    RAISE EXCEPTION 'epoch % follows none', NEW.number USING ERRCODE = 'SB009';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT ON approvals_epoch FOR EACH ROW EXECUTE FUNCTION signalbox_epoch_guard();

-- A certificate is about the epoch that is open, and follows the one before it.
CREATE FUNCTION signalbox_certificate_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  NEW.computed_at := clock_timestamp();
  IF EXISTS (SELECT 1 FROM approvals_epoch e JOIN approvals_epoch l ON l.tenant_id = e.tenant_id AND l.route = e.route
             WHERE e.id = NEW.epoch_id AND l.number > e.number) THEN
    RAISE EXCEPTION 'epoch % is closed', NEW.epoch_id USING ERRCODE = 'SB009';
  END IF;
  IF NEW.number > 1 AND NOT EXISTS (
      SELECT 1 FROM approvals_certificate c
      WHERE c.epoch_id = NEW.epoch_id AND c.about = NEW.about AND c.number = NEW.number - 1) THEN
    RAISE EXCEPTION 'certificate % follows none', NEW.number USING ERRCODE = 'SB009';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT ON approvals_certificate
  FOR EACH ROW EXECUTE FUNCTION signalbox_certificate_guard();
