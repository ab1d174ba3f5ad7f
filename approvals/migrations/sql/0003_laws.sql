-- The laws of section 3 that live in this app's tables. SQLSTATEs of class SB are mapped to errors by name.

INSERT INTO approvals_tenant (id, name, slug) VALUES (1, 'Default', 'default');
SELECT setval(pg_get_serial_sequence('approvals_tenant', 'id'), 1);

-- What rights and decisions are checked against. Composite, so that no part can be swapped for another's.
ALTER TABLE approvals_verdict ADD CONSTRAINT verdict_right UNIQUE (id, outcome, payload_sha256, origin);
ALTER TABLE approvals_evidence ADD CONSTRAINT evidence_shown UNIQUE (id, sha256, verdict_id);
ALTER TABLE approvals_decision ADD CONSTRAINT decision_right UNIQUE (id, kind, payload_sha256, origin);
ALTER TABLE approvals_grant ADD CONSTRAINT grant_right UNIQUE (id, payload_sha256, origin);
ALTER TABLE approvals_decision
  ADD CONSTRAINT decision_of_verdict FOREIGN KEY (verdict_id, verdict_outcome, proposed_sha256, origin)
    REFERENCES approvals_verdict (id, outcome, payload_sha256, origin),
  ADD CONSTRAINT decision_saw_evidence FOREIGN KEY (evidence_id, evidence_sha256, verdict_id)
    REFERENCES approvals_evidence (id, sha256, verdict_id);
ALTER TABLE approvals_grant
  ADD CONSTRAINT grant_of_decision FOREIGN KEY (decision_id, decision_kind, payload_sha256, origin)
    REFERENCES approvals_decision (id, kind, payload_sha256, origin);

CREATE FUNCTION signalbox_append_only() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'SB008';
END $$;

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['approvals_verdict', 'approvals_evidence', 'approvals_decision', 'approvals_undo',
                              'approvals_label', 'approvals_auditentry'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION signalbox_append_only()', name);
    EXECUTE format('CREATE TRIGGER never_truncated BEFORE TRUNCATE ON %I EXECUTE FUNCTION signalbox_append_only()', name);
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM signalbox_app', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['approvals_escalation', 'approvals_grant', 'approvals_halt', 'approvals_ruleset'] LOOP
    EXECUTE format('CREATE TRIGGER never_deleted BEFORE DELETE ON %I FOR EACH ROW EXECUTE FUNCTION signalbox_append_only()', name);
    EXECUTE format('CREATE TRIGGER never_truncated BEFORE TRUNCATE ON %I EXECUTE FUNCTION signalbox_append_only()', name);
  END LOOP;
END $$;

-- An escalation moves along legal edges only, its identity never changes, and every move raises its version.
CREATE FUNCTION signalbox_escalation_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
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
          AND (NEW.kind = 'incident' OR (v.outcome IN ('ask', 'confirm')
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
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON approvals_escalation
  FOR EACH ROW EXECUTE FUNCTION signalbox_escalation_guard();

-- A decision is written by the transaction that moved its escalation, by somebody who may decide now.
CREATE FUNCTION signalbox_decision_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE e approvals_escalation; m approvals_member;
BEGIN
  SELECT * INTO e FROM approvals_escalation WHERE id = NEW.escalation_id;
  IF e.status IS DISTINCT FROM 'decided' THEN
    RAISE EXCEPTION 'escalation % is %, not decided', e.id, e.status USING ERRCODE = 'SB009';
  END IF;
  IF (e.verdict_id, e.evidence_id, e.origin, e.undo_until) IS DISTINCT FROM (NEW.verdict_id, NEW.evidence_id, NEW.origin, NEW.undo_until) THEN
    RAISE EXCEPTION 'a decision names its escalation''s verdict, evidence, origin and window' USING ERRCODE = 'SB001';
  END IF;
  IF NOT (NEW.kind = ANY (CASE e.kind WHEN 'approval' THEN ARRAY['approve', 'edit', 'reject', 'revise']
                                      WHEN 'question' THEN ARRAY['answer']
                                      WHEN 'incident' THEN ARRAY['happened', 'not_happened', 'repeat'] END)) THEN
    RAISE EXCEPTION '% cannot be said to a %', NEW.kind, e.kind USING ERRCODE = 'SB009';
  END IF;
  -- Here and below rows are looked for inside of an IF of their own: a condition with a query in it is planned anew for
  -- every row.
  IF NEW.kind = 'repeat' THEN
    IF encode(NEW.payload_sha256, 'hex') IS DISTINCT FROM (
        SELECT convert_from(v.document, 'UTF8')::jsonb ->> 'payload_sha256' FROM approvals_evidence v WHERE v.id = NEW.evidence_id) THEN
      RAISE EXCEPTION 'what is repeated is what was sent' USING ERRCODE = 'SB001';
    END IF;
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
CREATE TRIGGER guard BEFORE INSERT ON approvals_decision FOR EACH ROW EXECUTE FUNCTION signalbox_decision_guard();

-- An undo is written by the transaction that superseded the escalation, by who decided or an admin.
CREATE FUNCTION signalbox_undo_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (
      SELECT 1 FROM approvals_decision d JOIN approvals_escalation e ON e.id = d.escalation_id
                    JOIN approvals_member m ON m.id = NEW.by_id
      WHERE d.id = NEW.decision_id AND e.status = 'superseded' AND d.undo_until > statement_timestamp() - interval '1 minute'
        AND m.is_active AND m.tenant_id = e.tenant_id AND (m.id = d.by_id OR m.role = 'admin')) THEN
    RAISE EXCEPTION 'decision % cannot be undone so', NEW.decision_id USING ERRCODE = 'SB011';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT ON approvals_undo FOR EACH ROW EXECUTE FUNCTION signalbox_undo_guard();

-- A grant starts unused; it can be voided once while unused; only the operation trigger, as owner, uses it.
CREATE FUNCTION signalbox_grant_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.used_at IS NOT NULL OR NEW.voided_at IS NOT NULL THEN
      RAISE EXCEPTION 'a grant begins unused' USING ERRCODE = 'SB001';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM approvals_decision d WHERE d.id = NEW.decision_id AND d.verdict_id = NEW.verdict_id AND d.undo_until <= NEW.not_before AND NEW.expires_at <= NEW.not_before + interval '24 hours') THEN
      RAISE EXCEPTION 'a grant is not valid before its decision''s window ends' USING ERRCODE = 'SB005';
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
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON approvals_grant FOR EACH ROW EXECUTE FUNCTION signalbox_grant_guard();

-- A ruleset's document never changes; its status moves on.
CREATE FUNCTION signalbox_ruleset_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF (NEW.id, NEW.tenant_id, NEW.version, NEW.document, NEW.created_by_id, NEW.created_at)
     IS DISTINCT FROM (OLD.id, OLD.tenant_id, OLD.version, OLD.document, OLD.created_by_id, OLD.created_at) THEN
    RAISE EXCEPTION 'a stored ruleset never changes' USING ERRCODE = 'SB008';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE UPDATE ON approvals_ruleset FOR EACH ROW EXECUTE FUNCTION signalbox_ruleset_guard();

-- A label is filed where its verdict is, and says what its own decision says.
CREATE FUNCTION signalbox_label_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM approvals_verdict v WHERE v.id = NEW.verdict_id AND v.tenant_id = NEW.tenant_id)
     OR (NEW.decision_id IS NOT NULL AND NOT EXISTS (
         SELECT 1 FROM approvals_decision d WHERE d.id = NEW.decision_id AND d.verdict_id = NEW.verdict_id)) THEN
    RAISE EXCEPTION 'a label belongs to the verdict and the decision it names' USING ERRCODE = 'SB001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT ON approvals_label FOR EACH ROW EXECUTE FUNCTION signalbox_label_guard();

-- Whoever moved to another tenant for a moment would decide what is not theirs.
CREATE TRIGGER tenant_stays BEFORE UPDATE OF tenant_id ON approvals_member FOR EACH ROW
  WHEN (NEW.tenant_id IS DISTINCT FROM OLD.tenant_id) EXECUTE FUNCTION signalbox_append_only();

-- A tenant always keeps an admin who can sign in.
CREATE FUNCTION signalbox_admin_remains() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM approvals_tenant WHERE id = OLD.tenant_id FOR NO KEY UPDATE;
  IF NOT EXISTS (SELECT 1 FROM approvals_member
                 WHERE tenant_id = OLD.tenant_id AND role = 'admin' AND is_active AND id <> OLD.id) THEN
    RAISE EXCEPTION 'member % is the last active admin', OLD.id USING ERRCODE = 'SB013';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER admin_remains BEFORE UPDATE OF role, is_active, tenant_id ON approvals_member FOR EACH ROW
  WHEN (OLD.role = 'admin' AND OLD.is_active
        AND NOT (NEW.role = 'admin' AND NEW.is_active AND NEW.tenant_id = OLD.tenant_id))
  EXECUTE FUNCTION signalbox_admin_remains();

REVOKE UPDATE ON approvals_grant, approvals_halt, approvals_ruleset FROM signalbox_app;
GRANT UPDATE (voided_at) ON approvals_grant TO signalbox_app;
GRANT UPDATE (lifted_at, lifted_by_id, lift_reason) ON approvals_halt TO signalbox_app;
GRANT UPDATE (status) ON approvals_ruleset TO signalbox_app;
GRANT DELETE ON django_session, approvals_member_teams TO signalbox_app;

-- A loosening goes live by a second admin. A draft never changes; it ends once, approved as the very version that is
-- live then, by somebody who is an admin and is not who proposed it (CHECK), or discarded.
CREATE FUNCTION signalbox_proposal_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE needed bigint[]; found int;
BEGIN
  IF TG_OP = 'INSERT' AND NEW.status <> 'open' THEN
    RAISE EXCEPTION 'a draft begins open' USING ERRCODE = 'SB009';
  ELSIF TG_OP = 'UPDATE' THEN
    IF OLD.status <> 'open' OR NEW.status = 'open' THEN
      RAISE EXCEPTION 'draft % is % and ends once', OLD.id, OLD.status USING ERRCODE = 'SB009';
    END IF;
    IF (NEW.id, NEW.tenant_id, NEW.base_id, NEW.route, NEW.restores_id, NEW.document, NEW.reason, NEW.proposed_by_id, NEW.proposed_at)
       IS DISTINCT FROM
       (OLD.id, OLD.tenant_id, OLD.base_id, OLD.route, OLD.restores_id, OLD.document, OLD.reason, OLD.proposed_by_id, OLD.proposed_at) THEN
      RAISE EXCEPTION 'a draft never changes' USING ERRCODE = 'SB008';
    END IF;
    IF NEW.closed_at NOT BETWEEN clock_timestamp() - interval '1 minute' AND clock_timestamp() THEN
      RAISE EXCEPTION 'a draft ends at the time it ends' USING ERRCODE = 'SB009';
    END IF;
  END IF;
  -- Both are admins at the moment it goes live: who lost the role meanwhile loosens nothing.
  needed := CASE WHEN NEW.status = 'discarded' THEN ARRAY[NEW.discarded_by_id]
                 ELSE array_remove(ARRAY[NEW.proposed_by_id, NEW.approved_by_id], NULL) END;
  PERFORM 1 FROM approvals_member WHERE id = ANY (needed) ORDER BY id FOR SHARE;
  SELECT count(*) INTO found FROM approvals_member
    WHERE id = ANY (needed) AND is_active AND role = 'admin' AND tenant_id = NEW.tenant_id;
  IF found <> cardinality(needed) THEN
    RAISE EXCEPTION 'only active admins of the tenant draft, approve and discard' USING ERRCODE = 'SB011';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM approvals_ruleset r WHERE r.id = NEW.base_id AND r.tenant_id = NEW.tenant_id) THEN
    RAISE EXCEPTION 'a draft starts from a version of its tenant' USING ERRCODE = 'SB001';
  END IF;
  IF NEW.status = 'approved' AND NOT EXISTS (
      SELECT 1 FROM approvals_ruleset r JOIN approvals_ruleset b ON b.id = NEW.base_id
      WHERE r.id = NEW.ruleset_id AND r.tenant_id = NEW.tenant_id AND r.document = NEW.document
        AND r.status = 'live' AND b.status = 'retired' AND r.version > b.version) THEN
    RAISE EXCEPTION 'draft % is approved as what went live', NEW.id USING ERRCODE = 'SB001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON approvals_rulesetproposal
  FOR EACH ROW EXECUTE FUNCTION signalbox_proposal_guard();
CREATE TRIGGER never_deleted BEFORE DELETE ON approvals_rulesetproposal
  FOR EACH ROW EXECUTE FUNCTION signalbox_append_only();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON approvals_rulesetproposal EXECUTE FUNCTION signalbox_append_only();
-- What is retired comes back as a new version, which says who brought it back and why.
CREATE TRIGGER moves_on BEFORE UPDATE OF status ON approvals_ruleset FOR EACH ROW
  WHEN (OLD.status = 'retired' OR NEW.status = 'draft') EXECUTE FUNCTION signalbox_append_only();
REVOKE UPDATE ON approvals_rulesetproposal FROM signalbox_app;
GRANT UPDATE (status, approved_by_id, discarded_by_id, closed_at, ruleset_id) ON approvals_rulesetproposal TO signalbox_app;
-- A shadow ends once; what it began with stays.
REVOKE UPDATE ON approvals_shadow FROM signalbox_app;
GRANT UPDATE (ended_by_id, ended_at) ON approvals_shadow TO signalbox_app;
CREATE TRIGGER ends_once BEFORE UPDATE ON approvals_shadow FOR EACH ROW
  WHEN (OLD.ended_at IS NOT NULL) EXECUTE FUNCTION signalbox_append_only();
