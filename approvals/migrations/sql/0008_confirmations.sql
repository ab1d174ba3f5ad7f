-- A confirmation is answered by whoever holds its link, and by nobody else: the answer carries the token whose hash was
-- stored when it was opened. The token itself is nowhere in this database until then.

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON approvals_confirmation
  FOR EACH ROW EXECUTE FUNCTION signalbox_append_only();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON approvals_confirmation EXECUTE FUNCTION signalbox_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON approvals_confirmation FROM signalbox_app;

-- What the gate asks a person about is never put to the end user instead. And a kind for which nobody has said who may
-- answer it is not opened at all.
CREATE FUNCTION signalbox_escalation_kind() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.kind = 'confirmation' THEN
    IF NOT EXISTS (SELECT 1 FROM approvals_verdict v WHERE v.id = NEW.verdict_id AND v.outcome = 'confirm') THEN
      RAISE EXCEPTION 'the end user confirms only what the gate wants confirmed' USING ERRCODE = 'SB014';
    END IF;
  ELSIF NEW.kind NOT IN ('approval', 'question', 'incident') THEN
    RAISE EXCEPTION 'nobody decides a %', NEW.kind USING ERRCODE = 'SB009';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER kind BEFORE INSERT ON approvals_escalation FOR EACH ROW EXECUTE FUNCTION signalbox_escalation_kind();

-- A link is made for a question that is open, and is one of a kind.
CREATE FUNCTION signalbox_confirmation_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF octet_length(NEW.token_sha256) <> 32 OR NOT EXISTS (
      SELECT 1 FROM approvals_escalation e WHERE e.id = NEW.escalation_id AND e.kind = 'confirmation' AND e.status = 'open') THEN
    RAISE EXCEPTION 'a link is made for an open confirmation' USING ERRCODE = 'SB014';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT ON approvals_confirmation
  FOR EACH ROW EXECUTE FUNCTION signalbox_confirmation_guard();

-- Beside the guard that asks who decides: the user's answer, and nobody's in the user's name.
CREATE FUNCTION signalbox_decision_by_user() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE asked text;
BEGIN
  SELECT kind INTO asked FROM approvals_escalation WHERE id = NEW.escalation_id;
  IF asked IS DISTINCT FROM 'confirmation' AND NEW.by_id IS NOT NULL AND NEW.token IS NULL THEN
    RETURN NEW;
  END IF;
  IF asked IS DISTINCT FROM 'confirmation' OR NEW.by_id IS NOT NULL OR NEW.token IS NULL
     OR octet_length(NEW.token) <> 32 OR NEW.kind NOT IN ('approve', 'reject')
     OR NOT EXISTS (SELECT 1 FROM approvals_confirmation c
                    WHERE c.escalation_id = NEW.escalation_id AND c.token_sha256 = sha256(NEW.token)) THEN
    RAISE EXCEPTION 'a confirmation is answered with the token of its link, and nothing else is' USING ERRCODE = 'SB014';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER by_user BEFORE INSERT ON approvals_decision FOR EACH ROW EXECUTE FUNCTION signalbox_decision_by_user();
