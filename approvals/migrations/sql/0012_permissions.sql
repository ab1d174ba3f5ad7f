-- Who may approve, and what it takes: several persons, time to look, a password typed again.

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['approvals_look', 'approvals_stepup', 'approvals_notice'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION signalbox_append_only()', name);
    EXECUTE format('CREATE TRIGGER never_truncated BEFORE TRUNCATE ON %I EXECUTE FUNCTION signalbox_append_only()', name);
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM signalbox_app', name);
  END LOOP;
END $$;
CREATE TRIGGER never_deleted BEFORE DELETE ON approvals_vote FOR EACH ROW EXECUTE FUNCTION signalbox_append_only();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON approvals_vote EXECUTE FUNCTION signalbox_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON approvals_vote FROM signalbox_app;
GRANT UPDATE (withdrawn_at) ON approvals_vote TO signalbox_app;

-- What deciding takes is fixed when the item is opened.
CREATE TRIGGER terms_stay BEFORE UPDATE OF persons, delay_seconds, step_up, is_separate, requester_id, owner_id
  ON approvals_escalation FOR EACH ROW
  WHEN ((NEW.persons, NEW.delay_seconds, NEW.step_up, NEW.is_separate, NEW.requester_id, NEW.owner_id)
        IS DISTINCT FROM (OLD.persons, OLD.delay_seconds, OLD.step_up, OLD.is_separate, OLD.requester_id, OLD.owner_id))
  EXECUTE FUNCTION signalbox_append_only();

-- A second account names the first one of its person, which is no second one itself.
CREATE FUNCTION signalbox_member_person() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.same_as_id IS NOT NULL THEN
    PERFORM 1 FROM approvals_tenant WHERE id = NEW.tenant_id FOR NO KEY UPDATE;
    IF NEW.same_as_id = NEW.id
       OR NOT EXISTS (SELECT 1 FROM approvals_member m WHERE m.id = NEW.same_as_id AND m.tenant_id = NEW.tenant_id AND m.same_as_id IS NULL)
       OR EXISTS (SELECT 1 FROM approvals_member m WHERE m.same_as_id = NEW.id) THEN
      RAISE EXCEPTION 'a second account names the first one of its person' USING ERRCODE = 'SB001';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER person BEFORE INSERT OR UPDATE OF same_as_id ON approvals_member
  FOR EACH ROW EXECUTE FUNCTION signalbox_member_person();

CREATE FUNCTION signalbox_person(member bigint) RETURNS bigint LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT coalesce(same_as_id, id) FROM approvals_member WHERE id = member
$$;

-- Two admins are two persons, whatever accounts they have.
CREATE FUNCTION signalbox_second_person() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE first bigint; second bigint;
BEGIN
  IF TG_TABLE_NAME = 'approvals_canary' THEN
    first := (SELECT proposed_by_id FROM approvals_rulesetproposal WHERE id = NEW.proposal_id);
    second := NEW.started_by_id;
  ELSE
    first := NEW.proposed_by_id;
    second := NEW.approved_by_id;
  END IF;
  IF second IS NOT NULL AND signalbox_person(first) = signalbox_person(second) THEN
    RAISE EXCEPTION 'the second admin is the same person' USING ERRCODE = 'SB011';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER second_person BEFORE INSERT OR UPDATE OF approved_by_id ON approvals_rulesetproposal
  FOR EACH ROW EXECUTE FUNCTION signalbox_second_person();
CREATE TRIGGER second_person BEFORE INSERT ON approvals_canary
  FOR EACH ROW EXECUTE FUNCTION signalbox_second_person();

-- The time is the database's: nobody writes down that they looked earlier, or typed their password later.
CREATE FUNCTION signalbox_look_now() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  NEW.shown_at := clock_timestamp();
  RETURN NEW;
END $$;
CREATE TRIGGER now BEFORE INSERT ON approvals_look FOR EACH ROW EXECUTE FUNCTION signalbox_look_now();
CREATE FUNCTION signalbox_stepup_now() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  NEW.proven_at := clock_timestamp();
  IF octet_length(NEW.session_sha256) <> 32 THEN
    RAISE EXCEPTION 'a step-up names its session' USING ERRCODE = 'SB001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER now BEFORE INSERT ON approvals_stepup FOR EACH ROW EXECUTE FUNCTION signalbox_stepup_now();

-- What saying this to an item takes of one person; whoever rejects is asked for nothing.
CREATE FUNCTION signalbox_check_permission(e approvals_escalation, who bigint, said text, proof bigint) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF e.is_separate AND said <> 'reject' THEN
    IF signalbox_person(who) IN (signalbox_person(e.requester_id), signalbox_person(e.owner_id)) THEN
      RAISE EXCEPTION 'member % asked for it or owns the agent', who USING ERRCODE = 'SB011';
    END IF;
  END IF;
  IF said NOT IN ('approve', 'edit', 'repeat') THEN
    RETURN;
  END IF;
  IF e.delay_seconds > 0 THEN
    IF NOT EXISTS (SELECT 1 FROM approvals_look l WHERE l.evidence_id = e.evidence_id AND l.by_id = who
                     AND l.shown_at <= clock_timestamp() - e.delay_seconds * interval '1 second') THEN
      RAISE EXCEPTION 'member % has not looked at it for % seconds', who, e.delay_seconds USING ERRCODE = 'SB021';
    END IF;
  END IF;
  IF e.step_up THEN
    IF NOT EXISTS (SELECT 1 FROM approvals_stepup s WHERE s.id = proof AND s.member_id = who
                     AND s.proven_at > clock_timestamp() - interval '5 minutes') THEN
      RAISE EXCEPTION 'member % has not typed the password again', who USING ERRCODE = 'SB021';
    END IF;
  END IF;
END $$;

-- How many persons, but for one of them, have approved these very bytes, may still decide and have not taken it back.
-- STABLE: a statement that stores a vote counts those before it, and the laws after it count them all.
CREATE FUNCTION signalbox_persons(e approvals_escalation, approved bytea, but_for bigint) RETURNS bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT count(DISTINCT coalesce(m.same_as_id, m.id))
  FROM approvals_vote v JOIN approvals_member m ON m.id = v.by_id
  WHERE v.escalation_id = e.id AND v.evidence_id = e.evidence_id AND v.payload_sha256 = approved AND v.withdrawn_at IS NULL
    AND coalesce(m.same_as_id, m.id) IS DISTINCT FROM but_for
    AND m.is_active AND m.role IN ('reviewer', 'admin') AND m.tenant_id = e.tenant_id
    AND (e.team_id IS NULL OR m.role = 'admin'
         OR EXISTS (SELECT 1 FROM approvals_member_teams t WHERE t.member_id = m.id AND t.team_id = e.team_id))
    AND (signalbox_person(m.id) IN (signalbox_person(e.requester_id), signalbox_person(e.owner_id))) IS NOT TRUE
$$;

CREATE FUNCTION signalbox_check_quorum(e approvals_escalation, approved bytea) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF e.persons > 1 THEN
    IF signalbox_persons(e, approved, NULL) < e.persons THEN
      RAISE EXCEPTION 'escalation % is not approved by % persons', e.id, e.persons USING ERRCODE = 'SB022';
    END IF;
  END IF;
END $$;

-- One person has one vote on an open item, on the bytes that are shown. The item is locked, so that votes come one
-- after the other.
CREATE FUNCTION signalbox_vote_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE e approvals_escalation; m approvals_member;
BEGIN
  IF TG_OP = 'UPDATE' AND (OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL) THEN
    RAISE EXCEPTION 'a vote is taken back once' USING ERRCODE = 'SB009';
  END IF;
  SELECT * INTO e FROM approvals_escalation WHERE id = NEW.escalation_id FOR NO KEY UPDATE;
  IF e.status IS DISTINCT FROM 'open' OR (e.due_at <= clock_timestamp() AND e.kind <> 'incident') THEN
    RAISE EXCEPTION 'escalation % is no longer voted on', e.id USING ERRCODE = 'SB009';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    NEW.withdrawn_at := clock_timestamp();
    RETURN NEW;
  END IF;
  NEW.voted_at := clock_timestamp();
  NEW.withdrawn_at := NULL;
  SELECT * INTO m FROM approvals_member WHERE id = NEW.by_id FOR SHARE;
  NEW.person_id := coalesce(m.same_as_id, m.id);
  IF e.persons <= 1 OR NEW.evidence_id <> e.evidence_id
     OR NEW.kind IS DISTINCT FROM (CASE e.kind WHEN 'approval' THEN 'approve' WHEN 'incident' THEN 'repeat' END)
     OR encode(NEW.payload_sha256, 'hex') IS DISTINCT FROM (
        SELECT convert_from(v.document, 'UTF8')::jsonb ->> 'payload_sha256' FROM approvals_evidence v WHERE v.id = e.evidence_id) THEN
    RAISE EXCEPTION 'a vote is for the bytes that are shown' USING ERRCODE = 'SB001';
  END IF;
  IF NOT m.is_active OR m.role NOT IN ('reviewer', 'admin') OR m.tenant_id <> e.tenant_id THEN
    RAISE EXCEPTION 'member % may not decide this', m.id USING ERRCODE = 'SB011';
  END IF;
  IF m.role <> 'admin' AND e.team_id IS NOT NULL THEN
    IF NOT EXISTS (SELECT 1 FROM approvals_member_teams t WHERE t.member_id = m.id AND t.team_id = e.team_id) THEN
      RAISE EXCEPTION 'member % is not in the team', m.id USING ERRCODE = 'SB011';
    END IF;
  END IF;
  PERFORM signalbox_check_permission(e, NEW.by_id, NEW.kind, NEW.step_up_id);
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON approvals_vote FOR EACH ROW EXECUTE FUNCTION signalbox_vote_guard();

-- Beside the guard that asks who decides: what it took of them. The user's answer by link takes none of it.
CREATE FUNCTION signalbox_decision_permission() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE e approvals_escalation;
BEGIN
  SELECT * INTO e FROM approvals_escalation WHERE id = NEW.escalation_id;
  IF e.is_separate OR e.delay_seconds > 0 OR e.step_up THEN
    PERFORM signalbox_check_permission(e, NEW.by_id, NEW.kind, NEW.step_up_id);
  END IF;
  IF e.persons > 1 AND NEW.kind IN ('approve', 'edit', 'repeat') THEN
    PERFORM signalbox_check_quorum(e, NEW.payload_sha256);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER permission BEFORE INSERT ON approvals_decision FOR EACH ROW EXECUTE FUNCTION signalbox_decision_permission();

-- And once more where the right comes to be.
CREATE FUNCTION signalbox_grant_quorum() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE e approvals_escalation;
BEGIN
  SELECT x.* INTO e FROM approvals_escalation x JOIN approvals_decision d ON d.escalation_id = x.id WHERE d.id = NEW.decision_id;
  PERFORM signalbox_check_quorum(e, NEW.payload_sha256);
  RETURN NEW;
END $$;
CREATE TRIGGER quorum BEFORE INSERT ON approvals_grant FOR EACH ROW EXECUTE FUNCTION signalbox_grant_quorum();

-- An item goes up one level at a time, when its time has come, and whoever is told is told once.
CREATE FUNCTION signalbox_level_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.level = OLD.level THEN
    IF NEW.level_at < OLD.level_at OR (NEW.level_at IS NULL) <> (OLD.level_at IS NULL) OR NEW.goes_to <> OLD.goes_to THEN
      RAISE EXCEPTION 'escalation % goes up in its time', OLD.id USING ERRCODE = 'SB009';
    END IF;
  ELSIF NEW.level <> OLD.level + 1 OR OLD.status <> 'open' OR OLD.level_at IS NULL OR OLD.level_at > clock_timestamp()
        OR NEW.went_to <> OLD.goes_to THEN
    RAISE EXCEPTION 'escalation % goes up one level in its time', OLD.id USING ERRCODE = 'SB009';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER level BEFORE UPDATE OF level, level_at, goes_to, went_to ON approvals_escalation
  FOR EACH ROW EXECUTE FUNCTION signalbox_level_guard();
CREATE FUNCTION signalbox_notice_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  NEW.at := clock_timestamp();
  IF NOT EXISTS (SELECT 1 FROM approvals_escalation e WHERE e.id = NEW.escalation_id AND e.level = NEW.level) THEN
    RAISE EXCEPTION 'a notice is of the level that an item has come to' USING ERRCODE = 'SB009';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT ON approvals_notice FOR EACH ROW EXECUTE FUNCTION signalbox_notice_guard();

-- Each of those who approved together can take it back, as who decided alone can.
CREATE OR REPLACE FUNCTION signalbox_undo_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (
      SELECT 1 FROM approvals_decision d JOIN approvals_escalation e ON e.id = d.escalation_id
                    JOIN approvals_member m ON m.id = NEW.by_id
      WHERE d.id = NEW.decision_id AND d.verdict_outcome <> 'seed' AND e.status = 'superseded' AND d.undo_until > statement_timestamp() - interval '1 minute'
        AND m.is_active AND m.tenant_id = e.tenant_id
        AND (m.id = d.by_id OR m.role = 'admin'
             OR d.kind IN ('approve', 'repeat') AND EXISTS (SELECT 1 FROM approvals_vote v WHERE v.escalation_id = e.id AND v.by_id = m.id AND v.withdrawn_at IS NULL))) THEN
    RAISE EXCEPTION 'decision % cannot be undone so', NEW.decision_id USING ERRCODE = 'SB011';
  END IF;
  RETURN NEW;
END $$;
