-- A shape is known by a right that stands: a verdict that let the call run alone, or a decision that approved it.

CREATE FUNCTION signalbox_shape_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (
      SELECT 1 FROM approvals_verdict v LEFT JOIN approvals_decision d ON d.id = NEW.decision_id AND d.verdict_id = v.id
      WHERE v.id = coalesce(NEW.verdict_id, (SELECT o.verdict_id FROM approvals_decision o WHERE o.id = NEW.decision_id))
        AND (v.tenant_id, v.agent, v.tool) = (NEW.tenant_id, NEW.agent, NEW.tool) AND v.features ->> 'form' = NEW.shape
        AND (CASE WHEN NEW.decision_id IS NULL THEN v.outcome = 'allow' ELSE d.kind = 'approve' END)
        AND NOT EXISTS (SELECT 1 FROM approvals_undo u WHERE u.decision_id = NEW.decision_id)) THEN
    RAISE EXCEPTION 'a shape is learned from a call of that shape that might run' USING ERRCODE = 'SB001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT ON approvals_knownshape FOR EACH ROW EXECUTE FUNCTION signalbox_shape_guard();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON approvals_knownshape FOR EACH ROW EXECUTE FUNCTION signalbox_append_only();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON approvals_knownshape EXECUTE FUNCTION signalbox_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON approvals_knownshape FROM signalbox_app;
