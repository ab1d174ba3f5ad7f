-- A question back to the agent about an open escalation: by somebody who may decide it, answered once, and no decision.

CREATE FUNCTION signalbox_inquiry_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE e approvals_escalation; m approvals_member;
BEGIN
  SELECT * INTO e FROM approvals_escalation WHERE id = NEW.escalation_id FOR SHARE;
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.id, NEW.escalation_id, NEW.by_id, NEW.key, NEW.question, NEW.asked_at)
       IS DISTINCT FROM (OLD.id, OLD.escalation_id, OLD.by_id, OLD.key, OLD.question, OLD.asked_at)
       OR OLD.answered_at IS NOT NULL THEN
      RAISE EXCEPTION 'a question never changes, and is answered once' USING ERRCODE = 'SB008';
    END IF;
    IF NEW.answered_at IS NOT NULL AND e.status <> 'open' THEN
      RAISE EXCEPTION 'escalation % is %, and needs no answer', e.id, e.status USING ERRCODE = 'SB009';
    END IF;
    RETURN NEW;
  END IF;
  IF e.kind NOT IN ('approval', 'question') OR e.status <> 'open' OR NEW.answered_at IS NOT NULL THEN
    RAISE EXCEPTION 'the agent is asked about an open approval or question' USING ERRCODE = 'SB009';
  END IF;
  SELECT * INTO m FROM approvals_member WHERE id = NEW.by_id FOR SHARE;
  IF NOT m.is_active OR m.role NOT IN ('reviewer', 'admin') OR m.tenant_id <> e.tenant_id THEN
    RAISE EXCEPTION 'member % may not decide this', m.id USING ERRCODE = 'SB011';
  END IF;
  IF m.role <> 'admin' AND e.team_id IS NOT NULL THEN
    IF NOT EXISTS (SELECT 1 FROM approvals_member_teams t WHERE t.member_id = m.id AND t.team_id = e.team_id) THEN
      RAISE EXCEPTION 'member % is not in the team', m.id USING ERRCODE = 'SB011';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON approvals_inquiry
  FOR EACH ROW EXECUTE FUNCTION signalbox_inquiry_guard();
CREATE TRIGGER never_deleted BEFORE DELETE ON approvals_inquiry
  FOR EACH ROW EXECUTE FUNCTION signalbox_append_only();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON approvals_inquiry EXECUTE FUNCTION signalbox_append_only();
REVOKE UPDATE ON approvals_inquiry FROM signalbox_app;
GRANT UPDATE (answer, answered_at, taken_at) ON approvals_inquiry TO signalbox_app;
