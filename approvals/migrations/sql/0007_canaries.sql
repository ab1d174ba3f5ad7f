-- A canary lets more run for a share of runs: it takes what going live takes, and ends once.

-- What a canary judges by never becomes a version; a promotion makes a new row of the same document.
DROP TRIGGER moves_on ON approvals_ruleset;
CREATE TRIGGER moves_on BEFORE UPDATE OF status ON approvals_ruleset FOR EACH ROW
  WHEN (OLD.status IN ('retired', 'draft') OR NEW.status = 'draft') EXECUTE FUNCTION signalbox_append_only();

CREATE FUNCTION signalbox_canary_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE found int;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.ended_at IS NOT NULL THEN
      RAISE EXCEPTION 'a canary begins running' USING ERRCODE = 'SB009';
    END IF;
    NEW.started_at := clock_timestamp();
    -- Above every verdict whose id was ever drawn, committed or not.
    NEW.after_verdict := (SELECT last_value FROM approvals_verdict_id_seq);
    PERFORM 1 FROM approvals_rulesetproposal p WHERE p.id = NEW.proposal_id FOR SHARE;
    IF NOT EXISTS (
        SELECT 1 FROM approvals_rulesetproposal p JOIN approvals_ruleset b ON b.id = p.base_id
                      JOIN approvals_ruleset r ON r.id = NEW.ruleset_id
        WHERE p.id = NEW.proposal_id AND p.tenant_id = NEW.tenant_id AND r.tenant_id = NEW.tenant_id
          AND p.status = 'open' AND b.status = 'live' AND r.status = 'draft' AND r.document = p.document) THEN
      RAISE EXCEPTION 'a canary judges by an open draft of what is live' USING ERRCODE = 'SB001';
    END IF;
    -- Two admins answer for it, and both are admins now: who proposed it, and somebody else who begins it.
    SELECT count(*) INTO found FROM approvals_rulesetproposal p JOIN approvals_member m
        ON m.id IN (p.proposed_by_id, NEW.started_by_id)
      WHERE p.id = NEW.proposal_id AND m.is_active AND m.role = 'admin' AND m.tenant_id = NEW.tenant_id;
    IF found <> 2 THEN
      RAISE EXCEPTION 'a canary is begun by another admin than who proposed it' USING ERRCODE = 'SB011';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL THEN
    RAISE EXCEPTION 'canary % ends once', OLD.id USING ERRCODE = 'SB009';
  END IF;
  IF NEW.outcome = 'promoted' AND NOT EXISTS (
      SELECT 1 FROM approvals_rulesetproposal p WHERE p.id = NEW.proposal_id AND p.status = 'approved') THEN
    RAISE EXCEPTION 'canary % was not promoted', OLD.id USING ERRCODE = 'SB001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON approvals_canary FOR EACH ROW EXECUTE FUNCTION signalbox_canary_guard();
CREATE TRIGGER never_deleted BEFORE DELETE ON approvals_canary FOR EACH ROW EXECUTE FUNCTION signalbox_append_only();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON approvals_canary EXECUTE FUNCTION signalbox_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON approvals_canary FROM signalbox_app;
GRANT UPDATE (ended_by_id, ended_at, outcome, reason) ON approvals_canary TO signalbox_app;
