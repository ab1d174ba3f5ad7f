-- Seals are history about history: nobody changes or deletes one, and an entry joins the newest seal only.
DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['approvals_seal', 'approvals_sealedentry'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION signalbox_append_only()', name);
    EXECUTE format('CREATE TRIGGER never_truncated BEFORE TRUNCATE ON %I EXECUTE FUNCTION signalbox_append_only()', name);
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM signalbox_app', name);
  END LOOP;
END $$;

-- A seal follows the one before it: its number, its time, and the digest it names.
CREATE FUNCTION signalbox_seal_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE last approvals_seal; said jsonb;
BEGIN
  SELECT * INTO last FROM approvals_seal ORDER BY number DESC LIMIT 1;
  said := convert_from(NEW.document, 'UTF8')::jsonb;
  IF NEW.number <> coalesce(last.number, 0) + 1 OR said ->> 'number' IS DISTINCT FROM NEW.number::text
     OR said ->> 'previous' IS DISTINCT FROM coalesce(encode(last.sha256, 'hex'), '')
     OR NEW.sealed_at NOT BETWEEN clock_timestamp() - interval '1 minute' AND clock_timestamp() THEN
    RAISE EXCEPTION 'seal % does not follow the one before it', NEW.number USING ERRCODE = 'SB015';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT ON approvals_seal FOR EACH ROW EXECUTE FUNCTION signalbox_seal_guard();

-- In the transaction that makes the seal, as its row itself tells: a seal that is there takes no more entries.
CREATE FUNCTION signalbox_sealed_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM added a JOIN approvals_seal s ON s.id = a.seal_id
             WHERE s.xmin::text::bigint <> (pg_current_xact_id()::text::numeric % 4294967296)::bigint) THEN
    RAISE EXCEPTION 'a seal that is made takes no more entries' USING ERRCODE = 'SB015';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER guard AFTER INSERT ON approvals_sealedentry REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION signalbox_sealed_guard();
