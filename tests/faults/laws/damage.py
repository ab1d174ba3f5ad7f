"""What a fault, a careless owner or an intruder could leave behind, and the law that must find it."""

import os
from dataclasses import dataclass

import psycopg
from psycopg.conninfo import make_conninfo

# The owner can switch every law of the database off; this is what is left when somebody did.
WITHOUT_CONSTRAINTS = """
DO $$
DECLARE c record;
BEGIN
  FOR c IN SELECT conrelid::regclass AS place, conname AS name FROM pg_constraint
           WHERE connamespace = 'public'::regnamespace AND contype IN ('f', 'c', 'u')
             AND conrelid::regclass::text LIKE '{tables}' ORDER BY contype = 'f' DESC LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I CASCADE', c.place, c.name);
  END LOOP;
  FOR c IN SELECT indexrelid::regclass AS name FROM pg_index JOIN pg_class k ON k.oid = indexrelid
           WHERE k.relnamespace = 'public'::regnamespace AND indisunique AND NOT indisprimary
             AND indrelid::regclass::text LIKE '{tables}' LOOP
    EXECUTE format('DROP INDEX %s', c.name);
  END LOOP;
END $$;
"""
WITHOUT_LAWS = WITHOUT_CONSTRAINTS.replace("{tables}", "%")
WITHOUT_LAWS_OF_APPROVALS = WITHOUT_CONSTRAINTS.replace("{tables}", "approvals%")
GUARDS = """
DO $$
DECLARE c record;
BEGIN
  FOR c IN SELECT oid::regclass AS place FROM pg_class
           WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
    EXECUTE format('ALTER TABLE %s {state} TRIGGER USER', c.place);
  END LOOP;
END $$;
"""
GUARDS_OFF, GUARDS_ON = GUARDS.replace("{state}", "DISABLE"), GUARDS.replace("{state}", "ENABLE")


@dataclass(frozen=True)
class Damage:
    """A statement of the owner's, and the law that finds it; others may find it as well."""

    law: str
    statement: str


def copied(table: str, where: str, times: int = 1, **changes: str) -> str:
    """More rows like another one, but for some columns; `n` counts them."""
    changes = {"id": "9000000 + n"} | changes
    fields = ", ".join(f'"{name}"' for name in changes)
    values = ", ".join(changes.values()).replace("'", "''")
    which = where.replace("'", "''")
    return f"""
DO $$
DECLARE names text;
BEGIN
  SELECT string_agg(quote_ident(column_name), ', ') INTO names FROM information_schema.columns
  WHERE table_name = '{table}' AND is_generated = 'NEVER' AND column_name <> ALL ('{{{",".join(changes)}}}'::text[]);
  EXECUTE format('INSERT INTO {table} ({fields}, %s) OVERRIDING SYSTEM VALUE
                  SELECT {values}, %s FROM (SELECT * FROM {table} WHERE {which} ORDER BY id LIMIT 1) one,
                                           generate_series(1, {times}) n', names, names);
END $$;
"""


def apply(damage: Damage, name: str) -> None:
    """Do the damage as the owner of the tables, and put the guards back."""
    for statement in (WITHOUT_LAWS, GUARDS_OFF, damage.statement, GUARDS_ON):
        execute(statement, name)


def execute(statement: str, name: str) -> None:
    """Run a statement as the owner of the tables."""
    url = make_conninfo(os.environ["MIGRATE_DATABASE_URL"], dbname=name)
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(statement.encode())


ALONE = "grant_id IS NULL"
BY_GRANT = "grant_id IS NOT NULL"
APPROVED = "kind = 'approve' AND id NOT IN (SELECT decision_id FROM approvals_undo)"

DAMAGES: dict[str, Damage] = {
    "an operation without a right": Damage(
        "operation-has-right", f"UPDATE agents_operation SET verdict_id = NULL WHERE {ALONE}"
    ),
    "an operation with other bytes": Damage(
        "operation-has-right", f"UPDATE agents_operation SET payload = payload || ' ' WHERE {BY_GRANT}"
    ),
    "an operation under a verdict that asks": Damage(
        "operation-has-right", "UPDATE approvals_verdict SET outcome = 'ask' WHERE outcome = 'allow'"
    ),
    "an operation of another step": Damage(
        "operation-has-right", f"UPDATE agents_operation SET origin = gen_random_uuid() WHERE {ALONE}"
    ),
    "a grant not marked used": Damage("grant-used-once", "UPDATE approvals_grant SET used_at = NULL"),
    "a grant used twice": Damage("grant-used-once", copied("agents_operation", BY_GRANT)),
    "a grant used when void": Damage(
        "grant-used-once", "UPDATE approvals_grant SET voided_at = now() WHERE used_at IS NOT NULL"
    ),
    "a grant used in its window": Damage(
        "grant-in-its-time",
        "UPDATE approvals_grant SET not_before = used_at + interval '1 us' WHERE used_at IS NOT NULL",
    ),
    "a grant used too late": Damage(
        "grant-in-its-time", "UPDATE approvals_grant SET expires_at = used_at WHERE used_at IS NOT NULL"
    ),
    "a grant of a rejection": Damage(
        "grant-of-its-decision", f"UPDATE approvals_decision SET kind = 'reject' WHERE {APPROVED}"
    ),
    "an approval without its grant": Damage(
        "grant-of-its-decision", "DELETE FROM approvals_grant WHERE voided_at IS NOT NULL"
    ),
    "an approval by fewer than it takes": Damage(
        "approved-by-enough", "UPDATE approvals_vote SET withdrawn_at = voted_at WHERE by_id % 2 = 0"
    ),
    "one person who voted twice": Damage(
        "approved-by-enough", "UPDATE approvals_vote SET person_id = (SELECT min(person_id) FROM approvals_vote)"
    ),
    "an approval without the password": Damage("looked-and-proven", "UPDATE approvals_vote SET step_up_id = NULL"),
    "an approval without a look": Damage(
        "looked-and-proven", "UPDATE approvals_escalation SET delay_seconds = 60 WHERE persons = 2"
    ),
    "an approval by who asked for it": Damage(
        "somebody-else",
        "UPDATE approvals_escalation SET requester_id = (SELECT min(by_id) FROM approvals_vote) WHERE persons = 2",
    ),
    "a planted mistake that nobody planted": Damage(
        "planted-never-runs", "UPDATE approvals_verdict SET outcome = 'seed' WHERE outcome = 'allow'"
    ),
    "a right of another agent": Damage("redeemed-rightly", "UPDATE approvals_outsideaction SET agent = 'external/x'"),
    "a tool that one admin classified": Damage(
        "outside-says-so", "UPDATE approvals_outsidetool SET confirmed_by_id = proposed_by_id"
    ),
    "a verdict used twice": Damage("verdict-used-once", copied("agents_operation", ALONE)),
    "a step that acted twice": Damage(
        "step-acts-once", copied("agents_operation", "outcome = 'succeeded'", verdict_id="NULL")
    ),
    "an effect during a halt": Damage(
        "nothing-during-halt", "UPDATE approvals_halt SET halted_at = '2000-01-01', lifted_at = NULL"
    ),
    "an effect after a cancel": Damage("nothing-after-cancel", "UPDATE agents_run SET cancelled_at = '2000-01-01'"),
    "two live escalations": Damage("one-live-escalation", copied("approvals_escalation", "status = 'open'")),
    "a move without a version": Damage(
        "version-of-moves", "UPDATE approvals_escalation SET version = 1 WHERE status = 'applied'"
    ),
    "an ended escalation somebody holds": Damage(
        "version-of-moves", "UPDATE approvals_escalation SET claimed_until = now() WHERE status = 'expired'"
    ),
    "evidence that is gone": Damage("evidence-versions", "UPDATE approvals_evidence SET version = version + 1"),
    "evidence of other arguments": Damage(
        "shown-is-judged",
        """UPDATE approvals_evidence SET document =
           convert_to(jsonb_set(convert_from(document, 'UTF8')::jsonb, '{arguments,more}', '1')::text, 'UTF8')""",
    ),
    "an incident about bytes nobody sent": Damage(
        "incident-shows-sent",
        """UPDATE approvals_evidence SET document =
           convert_to(jsonb_set(convert_from(document, 'UTF8')::jsonb, '{payload_sha256}', '"00"')::text, 'UTF8')""",
    ),
    "an undo whose grant lives": Damage("undo-is-whole", "UPDATE approvals_grant SET voided_at = NULL"),
    "an undo that nobody is asked about": Damage(
        "undo-is-whole", "UPDATE approvals_escalation SET supersedes_id = NULL"
    ),
    "a superseded decision nobody undid": Damage("undo-is-whole", "DELETE FROM approvals_undo"),
    "a take-over without its handoff": Damage(
        "taken-over", "UPDATE approvals_escalation SET supersedes_id = NULL WHERE kind = 'handoff'"
    ),
    "a message of another run": Damage("said-in-handoffs", "UPDATE approvals_message SET run_key = gen_random_uuid()"),
    "two decisions": Damage("one-decision", copied("approvals_decision", APPROVED, by_id="by_id + 1")),
    "a decided escalation without its decision": Damage("one-decision", "DELETE FROM approvals_decision"),
    "a decision about other evidence": Damage(
        "decided-as-shown", "UPDATE approvals_decision SET evidence_sha256 = sha256('x')"
    ),
    "an edit without the evidence of it": Damage(
        "decided-as-shown", "DELETE FROM approvals_evidence WHERE version > 1"
    ),
    "a decision after its time": Damage(
        "decided-in-time", "UPDATE approvals_escalation SET due_at = opened_at WHERE kind = 'approval'"
    ),
    "a yes of a user with another token": Damage(
        "user-by-token", "UPDATE approvals_decision SET token = sha256('x') WHERE token IS NOT NULL"
    ),
    "a yes in a user's name": Damage(
        "user-by-token", "UPDATE approvals_decision SET by_id = 1, token = NULL WHERE token IS NOT NULL"
    ),
    "a user's label that calls itself a review": Damage(
        "user-by-token", "UPDATE approvals_label SET source = 'review' WHERE source = 'user_confirm'"
    ),
    "a question to the user that is lost": Damage(
        "passed-on",
        "UPDATE approvals_escalation SET supersedes_id = NULL "
        "WHERE supersedes_id IN (SELECT id FROM approvals_escalation WHERE kind = 'confirmation')",
    ),
    "a question to the user without a link": Damage("passed-on", "DELETE FROM approvals_confirmation"),
    "a decision without its label": Damage(
        "label-as-taught", "DELETE FROM approvals_label WHERE supersedes_id IS NULL"
    ),
    "a label that says the opposite": Damage(
        "label-as-taught", "UPDATE approvals_label SET teaching = 'right' WHERE teaching = 'wrong'"
    ),
    "two labels of one decision": Damage("label-as-taught", copied("approvals_label", "teaching = 'right'")),
    "an undone decision that still teaches": Damage(
        "label-as-taught", "DELETE FROM approvals_label WHERE teaching = 'withdrawn'"
    ),
    "a running step of an ended run": Damage(
        "ended-run-rests", "UPDATE agents_step SET status = 'running' WHERE status = 'succeeded'"
    ),
    "a step that was written after its run": Damage(
        "ended-run-rests", "UPDATE agents_step SET ended_at = now() + interval '1 day' WHERE status = 'succeeded'"
    ),
    "a run that is over and not": Damage("run-as-its-steps", "UPDATE agents_run SET ended_at = NULL"),
    "a run that moves with no step that does": Damage(
        "run-as-its-steps", "UPDATE agents_run SET status = 'running' WHERE status = 'waiting'"
    ),
    "an intent nobody looks after": Damage(
        "step-ends-with-its-operations", "UPDATE agents_operation SET outcome = NULL WHERE outcome = 'succeeded'"
    ),
    "an unknown outcome buried": Damage(
        "unknown-is-asked", "UPDATE agents_step SET status = 'failed' WHERE status = 'waiting'"
    ),
    "a tool that ran past the gate": Damage(
        "tool-step-was-judged", "UPDATE approvals_verdict SET origin = gen_random_uuid()"
    ),
    "a verdict that is gone": Damage("verdicts-numbered", "UPDATE approvals_verdict SET attempt = 2"),
    "a step that waits for nobody": Damage(
        "waiting-is-asked", "UPDATE approvals_escalation SET origin = gen_random_uuid() WHERE status = 'open'"
    ),
    "a dead letter whose step goes on": Damage(
        "letter-waits", "UPDATE agents_step SET status = 'ready' WHERE id IN (SELECT step_id FROM agents_letter)"
    ),
    "a step of another tenant": Damage(
        "step-of-its-tenant", "UPDATE agents_step SET tenant_id = 77 WHERE id = (SELECT min(id) FROM agents_step)"
    ),
    "a limit that lost count": Damage(
        "open-runs-add-up", "INSERT INTO agents_openlimit (tenant_id, most, open_runs) VALUES (1, 9, 4711)"
    ),
    "a purse that forgets": Damage("purses-add-up", "UPDATE agents_spending SET used_tokens = used_tokens - 1"),
    "two live versions": Damage("one-live-ruleset", "UPDATE approvals_ruleset SET status = 'live'"),
    "a version that is gone": Damage("one-live-ruleset", "DELETE FROM approvals_ruleset WHERE version = 1"),
    "a draft approved by its author": Damage(
        "second-admin", "UPDATE approvals_rulesetproposal SET approved_by_id = proposed_by_id"
    ),
    "a draft that went live as another": Damage(
        "second-admin", "UPDATE approvals_rulesetproposal SET document = document || ' '"
    ),
    "rules loosened without a draft": Damage("loosened-by-two", "DELETE FROM approvals_rulesetproposal"),
    "an older admin": Damage(
        "new-admin", copied("approvals_member", "role='admin'", email="'o'", admin_since="'2020-1-1'")
    ),
    "a draft that nobody tries": Damage("canary", "UPDATE approvals_ruleset SET status = 'draft' WHERE version = 1"),
    "a digest that is not its bytes": Damage(
        "bytes-have-their-digest",
        "UPDATE approvals_verdict SET payload_sha256 = sha256('x')",
    ),
    "a text that is back after it was erased": Damage(
        "erased-is-gone",
        """UPDATE agents_run SET result = '"her address"' WHERE key IN (SELECT run_key FROM approvals_erasedrun)""",
    ),
    "a decision by another tenant's member": Damage(
        "one-tenant",
        "INSERT INTO approvals_tenant (id, name, slug) VALUES (2, 'B', 'b'); UPDATE approvals_member SET tenant_id = 2",
    ),
    "a label in another tenant": Damage(
        "one-tenant",
        "INSERT INTO approvals_tenant (id, name, slug) VALUES (2, 'B', 'b'); UPDATE approvals_label SET tenant_id = 2",
    ),
}
"""By what happened."""
