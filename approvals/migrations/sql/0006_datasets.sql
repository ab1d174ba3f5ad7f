-- Planted mistakes: their verdict says `seed`, which is none of the gate's answers. An operation by a verdict needs one that
-- allows; one by a grant needs a grant, and of these decisions there is none. What is restated here is as in the laws
-- before, with that added.

CREATE OR REPLACE FUNCTION signalbox_escalation_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'open' OR NEW.version <> 1 THEN
      RAISE EXCEPTION 'an escalation begins open at version 1' USING ERRCODE = 'SB009';
    END IF;
    -- What is shown for an approval is what the gate judged and asked about; an incident shows the bytes that were sent.
    IF NOT EXISTS (
        SELECT 1 FROM approvals_evidence e JOIN approvals_verdict v ON v.id = e.verdict_id
        WHERE e.id = NEW.evidence_id AND v.id = NEW.verdict_id AND v.origin = NEW.origin AND v.tenant_id = NEW.tenant_id
          AND v.run_key = NEW.run_key
          AND ((NEW.kind = 'incident' AND v.outcome <> 'seed')
               OR ((v.outcome IN ('ask', 'confirm') OR (v.outcome = 'seed' AND NEW.kind = 'approval'))
               AND convert_from(e.document, 'UTF8')::jsonb ->> 'payload_sha256' = encode(v.payload_sha256, 'hex')))) THEN
      RAISE EXCEPTION 'the evidence shows other bytes than were judged' USING ERRCODE = 'SB001';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.id, NEW.tenant_id, NEW.session_key, NEW.verdict_id, NEW.evidence_id, NEW.origin, NEW.run_key, NEW.kind,
      NEW.title, NEW.agent, NEW.tool, NEW.risk, NEW.stopped_by, NEW.brief, NEW.failed_checks, NEW.opened_at, NEW.undo_seconds, NEW.supersedes_id, NEW.revises_id, NEW.team_id)
     IS DISTINCT FROM
     (OLD.id, OLD.tenant_id, OLD.session_key, OLD.verdict_id, OLD.evidence_id, OLD.origin, OLD.run_key, OLD.kind,
      OLD.title, OLD.agent, OLD.tool, OLD.risk, OLD.stopped_by, OLD.brief, OLD.failed_checks, OLD.opened_at, OLD.undo_seconds, OLD.supersedes_id, OLD.revises_id, OLD.team_id)
     -- Less time is the safe direction; more would keep a right alive that nobody gave.
     OR NEW.due_at > OLD.due_at THEN
    RAISE EXCEPTION 'the identity of an escalation never changes' USING ERRCODE = 'SB008';
  END IF;
  IF OLD.status NOT IN ('open', 'decided') THEN
    RAISE EXCEPTION 'escalation % is % and final', OLD.id, OLD.status USING ERRCODE = 'SB009';
  END IF;
  IF NEW.status <> OLD.status THEN
    IF NOT ((OLD.status = 'open' AND NEW.status IN ('decided', 'expired', 'cancelled', 'superseded'))
         OR (OLD.status = 'decided' AND NEW.status IN ('applied', 'superseded', 'cancelled'))) THEN
      RAISE EXCEPTION 'escalation % cannot go from % to %', OLD.id, OLD.status, NEW.status USING ERRCODE = 'SB009';
    END IF;
    IF NEW.version <> OLD.version + 1 THEN
      RAISE EXCEPTION 'a move raises the version by one' USING ERRCODE = 'SB009';
    END IF;
    IF NEW.status = 'expired' AND (OLD.due_at > clock_timestamp() OR OLD.kind = 'incident') THEN
      RAISE EXCEPTION 'escalation % is not due yet', OLD.id USING ERRCODE = 'SB009';
    END IF;
    IF NEW.status = 'decided' AND (
        (OLD.due_at <= clock_timestamp() AND OLD.kind <> 'incident')
        OR NEW.decided_at NOT BETWEEN clock_timestamp() - interval '1 minute' AND clock_timestamp()
        OR NEW.undo_until IS DISTINCT FROM NEW.decided_at + NEW.undo_seconds * interval '1 second') THEN
      RAISE EXCEPTION 'escalation % is decided at the time it is decided, before it is due', OLD.id USING ERRCODE = 'SB009';
    END IF;
    -- By the moment the statement began: the window may end between its own look at the clock and this one.
    IF NEW.status = 'superseded' AND OLD.status = 'decided' AND OLD.undo_until <= statement_timestamp() THEN
      RAISE EXCEPTION 'the window of escalation % is over', OLD.id USING ERRCODE = 'SB009';
    END IF;
    IF NEW.status = 'applied' AND OLD.undo_until > clock_timestamp() THEN
      RAISE EXCEPTION 'escalation % can still be undone', OLD.id USING ERRCODE = 'SB005';
    END IF;
  END IF;
  IF OLD.status = 'decided' AND (NEW.decided_at, NEW.undo_until) IS DISTINCT FROM (OLD.decided_at, OLD.undo_until) THEN
    RAISE EXCEPTION 'when escalation % was decided never changes', OLD.id USING ERRCODE = 'SB008';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION signalbox_grant_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.used_at IS NOT NULL OR NEW.voided_at IS NOT NULL THEN
      RAISE EXCEPTION 'a grant begins unused' USING ERRCODE = 'SB001';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM approvals_decision d WHERE d.id = NEW.decision_id AND d.verdict_id = NEW.verdict_id AND d.verdict_outcome <> 'seed' AND d.undo_until <= NEW.not_before AND NEW.expires_at <= NEW.not_before + interval '24 hours') THEN
      RAISE EXCEPTION 'a grant is not valid before its decision''s window ends, and never for a planted mistake' USING ERRCODE = 'SB005';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.id, NEW.decision_id, NEW.decision_kind, NEW.verdict_id, NEW.origin, NEW.payload_sha256, NEW.not_before, NEW.expires_at)
     IS DISTINCT FROM
     (OLD.id, OLD.decision_id, OLD.decision_kind, OLD.verdict_id, OLD.origin, OLD.payload_sha256, OLD.not_before, OLD.expires_at) THEN
    RAISE EXCEPTION 'the identity of a grant never changes' USING ERRCODE = 'SB008';
  END IF;
  IF (OLD.voided_at IS NOT NULL OR OLD.used_at IS NOT NULL)
     AND (NEW.voided_at, NEW.used_at) IS DISTINCT FROM (OLD.voided_at, OLD.used_at) THEN
    RAISE EXCEPTION 'grant % is spent', OLD.id USING ERRCODE = 'SB004';
  END IF;
  RETURN NEW;
END $$;

-- Whoever was told the answer does not answer again.
CREATE OR REPLACE FUNCTION signalbox_undo_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (
      SELECT 1 FROM approvals_decision d JOIN approvals_escalation e ON e.id = d.escalation_id
                    JOIN approvals_member m ON m.id = NEW.by_id
      WHERE d.id = NEW.decision_id AND d.verdict_outcome <> 'seed' AND e.status = 'superseded' AND d.undo_until > statement_timestamp() - interval '1 minute'
        AND m.is_active AND m.tenant_id = e.tenant_id AND (m.id = d.by_id OR m.role = 'admin')) THEN
    RAISE EXCEPTION 'decision % cannot be undone so', NEW.decision_id USING ERRCODE = 'SB011';
  END IF;
  RETURN NEW;
END $$;

-- A planted mistake measures who looks, and teaches nothing.
CREATE OR REPLACE FUNCTION signalbox_label_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM approvals_verdict v WHERE v.id = NEW.verdict_id AND v.tenant_id = NEW.tenant_id
                 AND (v.outcome = 'seed') = (NEW.source = 'seed'))
     OR (NEW.decision_id IS NOT NULL AND NOT EXISTS (
         SELECT 1 FROM approvals_decision d WHERE d.id = NEW.decision_id AND d.verdict_id = NEW.verdict_id)) THEN
    RAISE EXCEPTION 'a label belongs to the verdict and the decision it names' USING ERRCODE = 'SB001';
  END IF;
  RETURN NEW;
END $$;

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['approvals_seed', 'approvals_snapshot'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION signalbox_append_only()', name);
    EXECUTE format('CREATE TRIGGER never_truncated BEFORE TRUNCATE ON %I EXECUTE FUNCTION signalbox_append_only()', name);
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM signalbox_app', name);
  END LOOP;
END $$;
REVOKE UPDATE, DELETE, TRUNCATE ON approvals_planting FROM signalbox_app;
GRANT UPDATE (planted_at) ON approvals_planting TO signalbox_app;

CREATE FUNCTION signalbox_seed_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (
      SELECT 1 FROM approvals_verdict v JOIN approvals_escalation e ON e.verdict_id = v.id
                    JOIN approvals_verdict s ON s.id = NEW.source_id
      WHERE v.id = NEW.verdict_id AND e.id = NEW.escalation_id AND v.outcome = 'seed' AND s.outcome <> 'seed'
        AND v.tenant_id = NEW.tenant_id AND s.tenant_id = NEW.tenant_id) THEN
    RAISE EXCEPTION 'a seed is an item of its own, made of a call of its tenant' USING ERRCODE = 'SB001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT ON approvals_seed FOR EACH ROW EXECUTE FUNCTION signalbox_seed_guard();

-- A second look is somebody else's.
CREATE OR REPLACE FUNCTION signalbox_audit_answer_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (
      SELECT 1 FROM approvals_blindaudit a JOIN approvals_member m ON m.id = NEW.by_id
      WHERE a.id = NEW.audit_id AND a.verdict_id = NEW.verdict_id AND a.tenant_id = NEW.tenant_id
        AND m.is_active AND m.role IN ('reviewer', 'admin') AND m.tenant_id = a.tenant_id
        AND NOT EXISTS (SELECT 1 FROM approvals_label l WHERE l.verdict_id = a.verdict_id AND l.by_id = NEW.by_id)) THEN
    RAISE EXCEPTION 'an audit is answered by somebody who may decide, about its own verdict, who said nothing of it before' USING ERRCODE = 'SB011';
  END IF;
  RETURN NEW;
END $$;

-- Who settles what experts disagree on is none of them, and settles what they said of this very call.
CREATE FUNCTION signalbox_adjudication_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (
      SELECT 1 FROM approvals_label l JOIN approvals_member m ON m.id = NEW.by_id
      WHERE l.id = NEW.supersedes_id AND l.verdict_id = NEW.verdict_id AND l.teaching <> 'withdrawn'
        AND m.is_active AND m.role IN ('reviewer', 'admin') AND m.tenant_id = NEW.tenant_id)
     OR EXISTS (SELECT 1 FROM approvals_label l WHERE l.verdict_id = NEW.verdict_id AND l.by_id = NEW.by_id
                AND l.source <> 'adjudication') THEN
    RAISE EXCEPTION 'a disagreement is settled by somebody who may decide and took no part in it' USING ERRCODE = 'SB011';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER adjudication_guard BEFORE INSERT ON approvals_label FOR EACH ROW WHEN (NEW.source = 'adjudication')
  EXECUTE FUNCTION signalbox_adjudication_guard();
