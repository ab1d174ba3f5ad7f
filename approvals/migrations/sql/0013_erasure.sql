-- What was brought in stays as it came, and what was erased stays erased.
DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['approvals_import', 'approvals_erasedrun', 'approvals_erasedrow', 'approvals_remadeversion'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION signalbox_append_only()', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['approvals_import', 'approvals_importedlabel', 'approvals_erasure', 'approvals_erasedrun', 'approvals_erasedrow', 'approvals_remadeversion'] LOOP
    EXECUTE format('CREATE TRIGGER never_truncated BEFORE TRUNCATE ON %I EXECUTE FUNCTION signalbox_append_only()', name);
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM signalbox_app', name);
  END LOOP;
END $$;
-- Only the door says what was erased.
REVOKE INSERT ON approvals_erasedrun FROM signalbox_app;

-- Hashes outlive what they are of: rights, decisions and certificates hang on them. Set by the database as before, and
-- no longer computed anew when the bytes go.
ALTER TABLE approvals_verdict ALTER COLUMN payload_sha256 DROP EXPRESSION, ALTER COLUMN payload_sha256 SET NOT NULL;
ALTER TABLE approvals_evidence ALTER COLUMN sha256 DROP EXPRESSION, ALTER COLUMN sha256 SET NOT NULL;
CREATE FUNCTION signalbox_hash_payload() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  NEW.payload_sha256 := sha256(NEW.payload);
  RETURN NEW;
END $$;
CREATE FUNCTION signalbox_hash_document() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  NEW.sha256 := sha256(NEW.document);
  RETURN NEW;
END $$;
CREATE TRIGGER a_hash BEFORE INSERT ON approvals_verdict FOR EACH ROW EXECUTE FUNCTION signalbox_hash_payload();
CREATE TRIGGER a_hash BEFORE INSERT ON approvals_evidence FOR EACH ROW EXECUTE FUNCTION signalbox_hash_document();

-- What a decision carries has its hash when it is written; the bytes may go later.
CREATE FUNCTION signalbox_decision_bytes() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.payload IS NOT NULL AND NEW.payload_sha256 IS DISTINCT FROM sha256(NEW.payload) THEN
    RAISE EXCEPTION 'a decision carries the bytes of its hash' USING ERRCODE = 'SB001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER bytes BEFORE INSERT ON approvals_decision FOR EACH ROW EXECUTE FUNCTION signalbox_decision_bytes();

-- An erasure is asked for by one admin and done by another; it ends once.
CREATE FUNCTION signalbox_erasure_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE person bigint;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF (NEW.status, NEW.closed_by_id, NEW.closed_at) IS DISTINCT FROM ('open', NULL::bigint, NULL::timestamptz)
       OR NEW.subject_sha256 IS DISTINCT FROM sha256(convert_to(NEW.subject, 'UTF8')) THEN
      RAISE EXCEPTION 'an erasure begins open' USING ERRCODE = 'SB009';
    END IF;
    NEW.requested_at := clock_timestamp();
    person := NEW.requested_by_id;
  ELSE
    IF OLD.status <> 'open' OR NEW.status = 'open' THEN
      RAISE EXCEPTION 'erasure % is % and ends once', OLD.id, OLD.status USING ERRCODE = 'SB009';
    END IF;
    IF (NEW.id, NEW.tenant_id, NEW.kind, NEW.subject_sha256, NEW.reason, NEW.requested_by_id, NEW.requested_at)
       IS DISTINCT FROM (OLD.id, OLD.tenant_id, OLD.kind, OLD.subject_sha256, OLD.reason, OLD.requested_by_id, OLD.requested_at)
       OR NEW.subject <> '' OR (NEW.status = 'done' AND NOT signalbox_is_erasing()) THEN
      RAISE EXCEPTION 'an erasure is done by its door and keeps what was asked for' USING ERRCODE = 'SB008';
    END IF;
    NEW.closed_at := clock_timestamp();
    person := NEW.closed_by_id;
  END IF;
  PERFORM 1 FROM approvals_member WHERE id = person AND is_active AND role = 'admin' AND tenant_id = NEW.tenant_id FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'only active admins of the tenant ask for an erasure and end one' USING ERRCODE = 'SB011';
  END IF;
  RETURN NEW;
END $$;
GRANT UPDATE (status, subject, closed_by_id) ON approvals_erasure TO signalbox_app;

-- True inside of the door alone: as the owner of the tables, for an erasure that is open.
CREATE FUNCTION signalbox_is_erasing() RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
  IF coalesce(current_setting('signalbox.erasing', true), '') = '' THEN
    RETURN false;
  END IF;
  RETURN current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'public.approvals_erasure'::regclass);
END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON approvals_erasure FOR EACH ROW EXECUTE FUNCTION signalbox_erasure_guard();
CREATE TRIGGER never_deleted BEFORE DELETE ON approvals_erasure FOR EACH ROW EXECUTE FUNCTION signalbox_append_only();

-- In place of `append_only`, and the same to everybody but the door, which changes the columns that are named and no other.
CREATE FUNCTION signalbox_erasable() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'SB008';
  END IF;
  IF NOT signalbox_is_erasing() OR (to_jsonb(NEW) - TG_ARGV) IS DISTINCT FROM (to_jsonb(OLD) - TG_ARGV) THEN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'SB008';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER append_only ON approvals_verdict;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON approvals_verdict FOR EACH ROW
  EXECUTE FUNCTION signalbox_erasable('payload', 'session_key', 'reasons', 'features', 'challenger_scores');
DROP TRIGGER append_only ON approvals_evidence;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON approvals_evidence FOR EACH ROW EXECUTE FUNCTION signalbox_erasable('document');
DROP TRIGGER append_only ON approvals_decision;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON approvals_decision FOR EACH ROW EXECUTE FUNCTION signalbox_erasable('payload', 'reason');
DROP TRIGGER append_only ON approvals_label;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON approvals_label FOR EACH ROW EXECUTE FUNCTION signalbox_erasable('session_key', 'reason');
DROP TRIGGER append_only ON approvals_blindaudit;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON approvals_blindaudit FOR EACH ROW EXECUTE FUNCTION signalbox_erasable('title');
DROP TRIGGER append_only ON approvals_seed;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON approvals_seed FOR EACH ROW EXECUTE FUNCTION signalbox_erasable('before', 'after');
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON approvals_importedlabel FOR EACH ROW EXECUTE FUNCTION signalbox_erasable('document');
DROP TRIGGER guard ON approvals_escalation;
CREATE TRIGGER guard BEFORE INSERT ON approvals_escalation FOR EACH ROW EXECUTE FUNCTION signalbox_escalation_guard();
CREATE TRIGGER guard_moves BEFORE UPDATE ON approvals_escalation FOR EACH ROW
  WHEN (NOT signalbox_is_erasing()) EXECUTE FUNCTION signalbox_escalation_guard();
CREATE TRIGGER erasable BEFORE UPDATE ON approvals_escalation FOR EACH ROW
  WHEN (signalbox_is_erasing()) EXECUTE FUNCTION signalbox_erasable('title', 'brief', 'session_key');

-- Of what is gone nobody says anything more: a run that nobody can look at would be judged right unseen.
CREATE FUNCTION signalbox_label_of_what_is_there() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM approvals_verdict v JOIN approvals_erasedrun z ON z.run_key = v.run_key WHERE v.id = NEW.verdict_id) THEN
    RAISE EXCEPTION 'the run of verdict % was erased', NEW.verdict_id USING ERRCODE = 'SB009';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER not_erased BEFORE INSERT ON approvals_label FOR EACH ROW EXECUTE FUNCTION signalbox_label_of_what_is_there();

-- Bytes of an action with its tool and version and without its arguments.
CREATE FUNCTION signalbox_bare(payload bytea) RETURNS bytea LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = public, pg_temp AS $$
DECLARE said jsonb;
BEGIN
  said := convert_from(payload, 'UTF8')::jsonb;
  RETURN convert_to(format('{"arguments":{},"tool":%s,"version":%s}', coalesce(said -> 'tool', '""')::text, coalesce(said -> 'version', '""')::text), 'UTF8');
EXCEPTION WHEN data_exception THEN
  RETURN convert_to('{"arguments":{},"tool":"","version":""}', 'UTF8');
END $$;

CREATE FUNCTION signalbox_without_sentences(reasons jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
  SELECT coalesce(jsonb_agg(one || '{"sentence": ""}' ORDER BY place), '[]') FROM jsonb_array_elements(reasons) WITH ORDINALITY AS r (one, place)
$$;

-- Evidence as it was, without what anybody said, did or would have done.
CREATE FUNCTION signalbox_bare_evidence(document bytea) RETURNS bytea LANGUAGE plpgsql IMMUTABLE SET search_path = public, pg_temp AS $$
DECLARE said jsonb;
BEGIN
  said := convert_from(document, 'UTF8')::jsonb;
  RETURN convert_to((said || jsonb_build_object(
    'arguments', '{}'::jsonb, 'grounding', '[]'::jsonb,
    'reasons', signalbox_without_sentences(coalesce(said -> 'reasons', '[]')),
    'material', jsonb_build_object('title', 'Erased', 'preview', jsonb_build_object('affects', '', 'goes_to', ''))))::text, 'UTF8');
END $$;

-- The one door. Who asked for it and who does it are two admins, and what goes is what the second one was shown. What
-- still waits for somebody, or may still run, is not erased.
CREATE FUNCTION signalbox_erase(wanted bigint, second bigint, runs uuid[], said jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE e approvals_erasure; every uuid[]; verdicts bigint[];
BEGIN
  SELECT * INTO e FROM approvals_erasure WHERE id = wanted FOR UPDATE;
  IF e.status IS DISTINCT FROM 'open' OR e.requested_by_id = second THEN
    RAISE EXCEPTION 'erasure % is done once, by another admin than who asked for it', wanted USING ERRCODE = 'SB011';
  END IF;
  IF cardinality(runs) = 0 OR EXISTS (
      SELECT 1 FROM approvals_verdict v WHERE v.run_key = ANY (runs)
        AND (v.tenant_id <> e.tenant_id OR (e.kind = 'conversation' AND v.session_key <> e.subject)
             OR (e.kind = 'run' AND v.run_key::text <> e.subject))) THEN
    RAISE EXCEPTION 'erasure % is about other runs', wanted USING ERRCODE = 'SB001';
  END IF;
  -- What was planted was made of what is erased.
  every := runs || coalesce((SELECT array_agg(DISTINCT p.run_key) FROM approvals_seed s JOIN approvals_verdict v ON v.id = s.source_id
                    JOIN approvals_verdict p ON p.id = s.verdict_id WHERE v.run_key = ANY (runs)), '{}');
  SELECT array_agg(v.id) INTO verdicts FROM approvals_verdict v WHERE v.run_key = ANY (every);
  IF EXISTS (SELECT 1 FROM approvals_escalation x WHERE x.verdict_id = ANY (verdicts) AND x.status IN ('open', 'decided')) THEN
    RAISE EXCEPTION 'somebody is being asked about one of these runs' USING ERRCODE = 'SB009';
  END IF;
  IF EXISTS (SELECT 1 FROM approvals_grant g WHERE g.verdict_id = ANY (verdicts) AND g.voided_at IS NULL AND g.used_at IS NULL
             AND g.expires_at > clock_timestamp()) THEN
    RAISE EXCEPTION 'a right of one of these runs is still live' USING ERRCODE = 'SB009';
  END IF;
  PERFORM set_config('signalbox.erasing', wanted::text, true);
  INSERT INTO approvals_erasedrun (tenant_id, erasure_id, run_key) SELECT e.tenant_id, wanted, k FROM unnest(every) k GROUP BY k;
  UPDATE approvals_verdict SET payload = signalbox_bare(payload), session_key = '', reasons = signalbox_without_sentences(reasons),
      features = features - 'objects',
      challenger_scores = CASE WHEN challenger_scores -> 'shadow' ? 'because'
                               THEN jsonb_set(challenger_scores, '{shadow,because}', '""') ELSE challenger_scores END
    WHERE id = ANY (verdicts);
  UPDATE approvals_evidence SET document = signalbox_bare_evidence(document) WHERE verdict_id = ANY (verdicts);
  UPDATE approvals_escalation SET title = 'Erased', brief = '', session_key = '' WHERE verdict_id = ANY (verdicts);
  UPDATE approvals_decision SET payload = signalbox_bare(payload), reason = '' WHERE verdict_id = ANY (verdicts);
  UPDATE approvals_label SET session_key = '', reason = '' WHERE verdict_id = ANY (verdicts);
  UPDATE approvals_blindaudit SET title = 'Erased' WHERE verdict_id = ANY (verdicts);
  UPDATE approvals_seed SET before = NULL, after = NULL WHERE verdict_id = ANY (verdicts);
  UPDATE approvals_importedlabel SET document = '' WHERE tenant_id = e.tenant_id AND run_id = ANY (every);
  IF e.kind = 'conversation' THEN
    UPDATE approvals_counter SET "window" = 'erased ' || encode(e.subject_sha256, 'hex')
      WHERE tenant_id = e.tenant_id AND "window" = 'session ' || e.subject;
  END IF;
  UPDATE approvals_erasure SET status = 'done', subject = '', closed_by_id = second, counts = said WHERE id = wanted;
  PERFORM set_config('signalbox.erasing', '', true);
END $$;
REVOKE EXECUTE ON FUNCTION signalbox_erase(bigint, bigint, uuid[], jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION signalbox_erase(bigint, bigint, uuid[], jsonb) TO signalbox_app;
