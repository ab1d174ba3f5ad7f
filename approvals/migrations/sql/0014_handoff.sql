-- A handoff: a person has the conversation, and nothing of the run begins until it is given back or ended.
-- Redefined whole from their newest: escalation guard (0006), decision guard (0003), escalation kind (0008).

-- As before, and: a handoff never expires, and whoever takes a conversation over supersedes what they decided.
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
    IF NEW.status = 'expired' AND (OLD.due_at > clock_timestamp() OR OLD.kind IN ('incident', 'handoff')) THEN
      RAISE EXCEPTION 'escalation % is not due yet', OLD.id USING ERRCODE = 'SB009';
    END IF;
    IF NEW.status = 'decided' AND (
        (OLD.due_at <= clock_timestamp() AND OLD.kind NOT IN ('incident', 'handoff'))
        OR NEW.decided_at NOT BETWEEN clock_timestamp() - interval '1 minute' AND clock_timestamp()
        OR NEW.undo_until IS DISTINCT FROM NEW.decided_at + NEW.undo_seconds * interval '1 second') THEN
      RAISE EXCEPTION 'escalation % is decided at the time it is decided, before it is due', OLD.id USING ERRCODE = 'SB009';
    END IF;
    -- By the moment the statement began: the window may end between its own look at the clock and this one.
    IF NEW.status = 'superseded' AND OLD.status = 'decided' AND OLD.undo_until <= statement_timestamp() THEN
      -- Who takes a conversation over ends the question at once, also where there is no window.
      IF NOT EXISTS (SELECT 1 FROM approvals_decision d WHERE d.escalation_id = OLD.id AND d.kind = 'take_over') THEN
        RAISE EXCEPTION 'the window of escalation % is over', OLD.id USING ERRCODE = 'SB009';
      END IF;
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

-- As before, and: what may be said to a handoff, and that approvals and questions may be taken over.
CREATE OR REPLACE FUNCTION signalbox_decision_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE e approvals_escalation; m approvals_member;
BEGIN
  SELECT * INTO e FROM approvals_escalation WHERE id = NEW.escalation_id;
  IF e.status IS DISTINCT FROM 'decided' THEN
    RAISE EXCEPTION 'escalation % is %, not decided', e.id, e.status USING ERRCODE = 'SB009';
  END IF;
  IF (e.verdict_id, e.evidence_id, e.origin, e.undo_until) IS DISTINCT FROM (NEW.verdict_id, NEW.evidence_id, NEW.origin, NEW.undo_until) THEN
    RAISE EXCEPTION 'a decision names its escalation''s verdict, evidence, origin and window' USING ERRCODE = 'SB001';
  END IF;
  IF NOT (NEW.kind = ANY (CASE e.kind WHEN 'approval' THEN ARRAY['approve', 'edit', 'reject', 'revise', 'take_over']
                                      WHEN 'question' THEN ARRAY['answer', 'take_over']
                                      WHEN 'handoff' THEN ARRAY['give_back', 'end_run']
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

CREATE OR REPLACE FUNCTION signalbox_escalation_kind() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.kind = 'confirmation' THEN
    IF NOT EXISTS (SELECT 1 FROM approvals_verdict v WHERE v.id = NEW.verdict_id AND v.outcome = 'confirm') THEN
      RAISE EXCEPTION 'the end user confirms only what the gate wants confirmed' USING ERRCODE = 'SB014';
    END IF;
  ELSIF NEW.kind NOT IN ('approval', 'question', 'handoff', 'incident') THEN
    RAISE EXCEPTION 'nobody decides a %', NEW.kind USING ERRCODE = 'SB009';
  END IF;
  RETURN NEW;
END $$;

-- Whoever takes over has the conversation by the end of that transaction, or has decided nothing. A planted mistake has
-- no conversation, and is decided like any other.
CREATE FUNCTION signalbox_taken_over() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM approvals_escalation e JOIN approvals_escalation h ON h.supersedes_id = e.id
                 WHERE e.id = NEW.escalation_id AND e.status = 'superseded' AND h.kind = 'handoff') THEN
    RAISE EXCEPTION 'taking escalation % over opens a handoff in its place', NEW.escalation_id USING ERRCODE = 'SB009';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER taken_over AFTER INSERT ON approvals_decision DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.kind = 'take_over' AND NEW.verdict_outcome <> 'seed') EXECUTE FUNCTION signalbox_taken_over();

-- Only who holds an open handoff, and may decide it, writes to its user. The row is locked, so that nothing is written
-- behind the decision that ends it.
CREATE FUNCTION signalbox_message_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE e approvals_escalation; m approvals_member;
BEGIN
  SELECT * INTO e FROM approvals_escalation WHERE id = NEW.escalation_id FOR SHARE;
  IF e.kind IS DISTINCT FROM 'handoff' OR e.status <> 'open' OR e.run_key <> NEW.run_key THEN
    RAISE EXCEPTION 'messages are written in an open handoff of their own run' USING ERRCODE = 'SB009';
  END IF;
  NEW.sent_at := clock_timestamp();
  IF NEW.by_id IS NULL THEN RETURN NEW; END IF;
  IF e.claimed_by_id IS DISTINCT FROM NEW.by_id OR coalesce(e.claimed_until <= clock_timestamp(), true) THEN
    RAISE EXCEPTION 'member % does not hold this conversation', NEW.by_id USING ERRCODE = 'SB015';
  END IF;
  -- Two calls of one run may both be handed over; its user still hears one person.
  IF EXISTS (SELECT 1 FROM approvals_escalation o
             WHERE o.run_key = e.run_key AND o.kind = 'handoff' AND o.status = 'open' AND o.id <> e.id
               AND o.claimed_by_id <> NEW.by_id AND o.claimed_until > clock_timestamp()) THEN
    RAISE EXCEPTION 'somebody else has the conversation of this run' USING ERRCODE = 'SB015';
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
CREATE TRIGGER guard BEFORE INSERT ON approvals_message FOR EACH ROW EXECUTE FUNCTION signalbox_message_guard();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON approvals_message
  FOR EACH ROW EXECUTE FUNCTION signalbox_append_only();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON approvals_message EXECUTE FUNCTION signalbox_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON approvals_message FROM signalbox_app;
