-- Since when somebody is an admin, and who stands for whom: what one person could do as two.

-- Kept by the database alone. Anew with each password as well: whoever gave it to an admin could have been that admin since.
CREATE FUNCTION signalbox_member_since() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE is_one boolean; was_one boolean;
BEGIN
  is_one := NEW.is_active AND NEW.role = 'admin';
  IF TG_OP = 'INSERT' THEN
    NEW.admin_since := CASE WHEN is_one THEN clock_timestamp() END;
    NEW.first_admin_at := NEW.admin_since;
    NEW.admin_until := NULL;
    RETURN NEW;
  END IF;
  was_one := OLD.is_active AND OLD.role = 'admin';
  NEW.admin_since := OLD.admin_since;
  NEW.admin_until := OLD.admin_until;
  NEW.first_admin_at := OLD.first_admin_at;
  IF is_one AND (NOT was_one OR NEW.password <> OLD.password) THEN
    NEW.admin_since := clock_timestamp();
    NEW.first_admin_at := coalesce(OLD.first_admin_at, NEW.admin_since);
    NEW.admin_until := NULL;
  ELSIF was_one AND NOT is_one THEN
    NEW.admin_until := clock_timestamp();
  END IF;
  RETURN NEW;
END $$;
UPDATE approvals_member SET admin_since = now(), first_admin_at = now() WHERE is_active AND role = 'admin';
CREATE TRIGGER since BEFORE INSERT OR UPDATE ON approvals_member FOR EACH ROW EXECUTE FUNCTION signalbox_member_since();

-- Whether this admin is one for less than a day, while a third person has been one for longer. Who was one until
-- yesterday counts, and whoever was given a password or the role anew counts by the first time: nobody makes room for an
-- admin of their own by what they do to somebody else's account, nor by saying whose it is.
CREATE FUNCTION signalbox_is_new_admin(first bigint, second bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1 FROM approvals_member s JOIN approvals_member o ON o.tenant_id = s.tenant_id
    WHERE s.id = second AND s.admin_since > clock_timestamp() - interval '24 hours' AND o.first_admin_at < s.admin_since
      AND ((o.is_active AND o.role = 'admin') OR o.admin_until > clock_timestamp() - interval '24 hours')
      AND o.id NOT IN (first, second))
$$;

-- As before, of erasures as well, and of two persons the second is no admin of the first one's making.
CREATE OR REPLACE FUNCTION signalbox_second_person() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE first bigint; second bigint;
BEGIN
  IF TG_TABLE_NAME = 'approvals_canary' THEN
    first := (SELECT proposed_by_id FROM approvals_rulesetproposal WHERE id = NEW.proposal_id);
    second := NEW.started_by_id;
  ELSIF TG_TABLE_NAME = 'approvals_erasure' THEN
    first := NEW.requested_by_id;
    second := NEW.closed_by_id;
  ELSE
    first := NEW.proposed_by_id;
    second := NEW.approved_by_id;
  END IF;
  IF second IS NULL THEN
    RETURN NEW;
  END IF;
  IF signalbox_person(first) = signalbox_person(second) THEN
    RAISE EXCEPTION 'the second admin is the same person' USING ERRCODE = 'SB011';
  END IF;
  IF signalbox_is_new_admin(first, second) THEN
    RAISE EXCEPTION 'member % has been an admin for less than a day, and others for longer', second USING ERRCODE = 'SB023';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER second_person BEFORE UPDATE ON approvals_erasure FOR EACH ROW WHEN (NEW.status = 'done')
  EXECUTE FUNCTION signalbox_second_person();

-- Whether somebody has said something of a call, as a decision, a label or one of several votes, by whatever account.
CREATE FUNCTION signalbox_took_part(about bigint, who bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM approvals_label l WHERE l.verdict_id = about AND l.source <> 'adjudication'
                 AND signalbox_person(l.by_id) = signalbox_person(who))
      OR EXISTS (SELECT 1 FROM approvals_vote v JOIN approvals_escalation e ON e.id = v.escalation_id
                 WHERE e.verdict_id = about AND signalbox_person(v.by_id) = signalbox_person(who))
$$;

-- A second look is somebody else's, and who settles a disagreement is none of those who disagree.
CREATE OR REPLACE FUNCTION signalbox_audit_answer_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (
      SELECT 1 FROM approvals_blindaudit a JOIN approvals_member m ON m.id = NEW.by_id
      WHERE a.id = NEW.audit_id AND a.verdict_id = NEW.verdict_id AND a.tenant_id = NEW.tenant_id
        AND m.is_active AND m.role IN ('reviewer', 'admin') AND m.tenant_id = a.tenant_id)
     OR signalbox_took_part(NEW.verdict_id, NEW.by_id) THEN
    RAISE EXCEPTION 'an audit is answered by somebody who may decide, about its own verdict, who said nothing of it before' USING ERRCODE = 'SB011';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION signalbox_adjudication_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (
      SELECT 1 FROM approvals_label l JOIN approvals_member m ON m.id = NEW.by_id
      WHERE l.id = NEW.supersedes_id AND l.verdict_id = NEW.verdict_id AND l.teaching <> 'withdrawn'
        AND m.is_active AND m.role IN ('reviewer', 'admin') AND m.tenant_id = NEW.tenant_id)
     OR signalbox_took_part(NEW.verdict_id, NEW.by_id) THEN
    RAISE EXCEPTION 'a disagreement is settled by somebody who may decide and took no part in it' USING ERRCODE = 'SB011';
  END IF;
  RETURN NEW;
END $$;

-- What approving takes is never shed by asking again: no milder than what was asked of the same step or in its place,
-- and than what its own evidence shows. Only what gives a right takes anything.
CREATE FUNCTION signalbox_terms_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE wanted jsonb;
BEGIN
  IF EXISTS (
      SELECT 1 FROM approvals_escalation e
      WHERE (e.id = NEW.supersedes_id OR e.verdict_id IN (SELECT v.id FROM approvals_verdict v WHERE v.origin = NEW.origin))
        AND e.kind IN ('approval', 'incident')
        AND (e.persons > NEW.persons OR e.delay_seconds > NEW.delay_seconds OR e.step_up > NEW.step_up
             OR e.is_separate > NEW.is_separate OR e.undo_seconds > NEW.undo_seconds
             OR (NEW.is_separate AND e.requester_id IS DISTINCT FROM NEW.requester_id AND e.requester_id IS NOT NULL)
             OR (NEW.is_separate AND e.owner_id IS DISTINCT FROM NEW.owner_id AND e.owner_id IS NOT NULL))) THEN
    RAISE EXCEPTION 'an item takes no less than the one in whose place it stands' USING ERRCODE = 'SB022';
  END IF;
  wanted := (SELECT convert_from(v.document, 'UTF8')::jsonb -> 'friction' FROM approvals_evidence v WHERE v.id = NEW.evidence_id);
  IF coalesce((wanted ->> 'persons')::int, 1) > NEW.persons OR coalesce((wanted ->> 'delay_seconds')::int, 0) > NEW.delay_seconds
     OR coalesce((wanted ->> 'step_up')::boolean, false) > NEW.step_up
     OR coalesce((wanted ->> 'separate')::boolean, false) > NEW.is_separate THEN
    RAISE EXCEPTION 'an item takes what its evidence shows' USING ERRCODE = 'SB022';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER terms BEFORE INSERT ON approvals_escalation FOR EACH ROW WHEN (NEW.kind IN ('approval', 'incident'))
  EXECUTE FUNCTION signalbox_terms_guard();

-- That two accounts are one person stays: taking it back would make one person two, and nobody does that alone.
CREATE FUNCTION signalbox_one_person_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'public.approvals_member'::regclass) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'member % stays an account of the person it was said to be', OLD.id USING ERRCODE = 'SB008';
END $$;
CREATE TRIGGER one_person_stays BEFORE UPDATE OF same_as_id ON approvals_member FOR EACH ROW
  WHEN (OLD.same_as_id IS NOT NULL AND NEW.same_as_id IS DISTINCT FROM OLD.same_as_id)
  EXECUTE FUNCTION signalbox_one_person_stays();
