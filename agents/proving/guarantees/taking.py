"""Nobody takes a right: what is forged, repeated or rewritten is refused by the database itself."""

from typing import Any

from django.db import connection

from agents.models import Step
from agents.proving.guarantee import Guarantee, expect, refused
from agents.proving.stage import AMOUNT, READ, WRITE, Stage, stage
from agents.tools import calling
from approvals.domain.decision import DecisionKind
from approvals.models import Grant, Verdict

INSERT = """
INSERT INTO agents_operation (step_id, origin, epoch, tool, effect_class, payload, verdict_id, verdict_outcome,
                              grant_id, outcome, error)
VALUES (%(step)s, %(origin)s, %(epoch)s, %(tool)s, 'A', %(payload)s, %(verdict)s, %(claimed)s, %(grant)s, NULL, '')
"""
WRONG, CHECKED, FOREIGN, TWICE, DENIED = "SB001", "23514", "23503", "23505", "42501"
SPENT, OUT_OF_EPOCH, APPEND_ONLY, ENDED = "SB004", "SB007", "SB008", "SB009"

REWRITES = {
    "a verdict turned into an allowance": "UPDATE approvals_verdict SET outcome = 'allow' WHERE run_key = %(run)s",
    "a rejection turned into an approval": "UPDATE approvals_decision SET kind = 'approve' WHERE origin = %(origin)s",
    "evidence rewritten": "UPDATE approvals_evidence SET document = 'x' WHERE verdict_id = %(verdict)s",
    "a label turned around": "UPDATE approvals_label SET teaching = 'right' WHERE verdict_id = %(verdict)s",
    "the rules rewritten in place": "UPDATE approvals_ruleset SET document = 'x' WHERE tenant_id = %(tenant)s",
    "a verdict deleted": "DELETE FROM approvals_verdict WHERE run_key = %(run)s",
    "an operation deleted": "DELETE FROM agents_operation WHERE step_id = %(step)s",
    "what was audited deleted": "DELETE FROM approvals_auditentry WHERE tenant_id = %(tenant)s",
    "a trigger switched off": "ALTER TABLE agents_operation DISABLE TRIGGER ALL",
    "triggers switched off for the session": "SET session_replication_role = replica",
}


def take(step: Step, **given: Any) -> None:
    """Insert an operation by raw SQL, as somebody would who has the application's password and no right."""
    names: dict[str, Any] = {
        "step": step.pk,
        "origin": step.key,
        "epoch": step.epoch,
        "tool": WRITE,
        "payload": calling.as_action(WRITE, {"amount": AMOUNT}).payload,
        "verdict": None,
        "claimed": None,
        "grant": None,
    }
    execute(INSERT, {**names, **given})


def execute(statement: str, names: Any = None) -> None:
    """Run one statement, and what is checked at a commit."""
    with connection.cursor() as cursor:
        cursor.execute(statement, names)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def held(on: Stage) -> tuple[Step, Verdict]:
    """A step that asked, held by a worker as it would be when its right is taken."""
    on.rules()
    run = on.ask()
    step = Step.objects.get(run=run)
    # As the claim leaves it: the only state in which the database lets an effect start.
    Step.objects.filter(pk=step.pk).update(status="ready")
    Step.objects.filter(pk=step.pk).update(status="running", worker_id=on.holder.worker_id)
    return Step.objects.get(pk=step.pk), Verdict.objects.get(run_key=run.key)


def forged_is_refused() -> None:
    """No right, a question taken for an answer, other bytes, another's right, a right that does not exist."""
    with stage() as on:
        step, asked = held(on)
        other = calling.as_action(WRITE, {"amount": AMOUNT + 1}).payload
        allowed = Verdict.objects.get(run_key=on.ask(READ).key)
        with refused("an operation without any right", WRONG):
            take(step)
        with refused("a question as if it were an allowance", FOREIGN):
            take(step, verdict=asked.pk, claimed="allow")
        with refused("a question as a right", CHECKED):
            take(step, verdict=asked.pk, claimed="ask")
        with refused("a right with its outcome left out", CHECKED, FOREIGN):
            take(step, verdict=asked.pk)
        with refused("another step's right", WRONG, FOREIGN, TWICE):
            take(step, verdict=allowed.pk, claimed="allow", payload=other)
        with refused("a right that does not exist", WRONG):
            take(step, grant=2**60)


def used_is_used_up() -> None:
    """A right is used once, for its own bytes, and nobody can make it fresh again."""
    with stage() as on:
        on.rules()
        run = on.ask()
        on.say(on.asked(run))
        on.work(run)
        grant = Grant.objects.get(decision__verdict__run_key=run.key)
        step = Step.objects.get(run=run)
        with refused("a used right", SPENT):
            take(step, grant=grant.pk)
        with refused("a used right made fresh", DENIED):
            execute("UPDATE approvals_grant SET used_at = NULL WHERE id = %s", [grant.pk])
        with refused("a right bent to other bytes", DENIED):
            execute("UPDATE approvals_grant SET payload_sha256 = 'x' WHERE id = %s", [grant.pk])
        expect(len(on.ran) == 1, "It ran more than once.")


def history_stays() -> None:
    """Nothing of the past is rewritten or deleted by the role that the application has."""
    with stage() as on:
        on.rules()
        run = on.ask()
        on.say(on.asked(run), DecisionKind.REJECT)
        verdict, step = Verdict.objects.get(run_key=run.key), Step.objects.get(run=run)
        names = {
            "run": run.key,
            "origin": step.key,
            "verdict": verdict.pk,
            "tenant": on.tenant.pk,
            "step": step.pk,
        }
        for what, statement in REWRITES.items():
            with refused(what, DENIED, APPEND_ONLY, ENDED):
                execute(statement, names if "%(" in statement else None)


CORE = (Guarantee("The database refuses a forged operation.", forged_is_refused),)
ALL = (
    *CORE,
    Guarantee("A right is used once and cannot be made fresh again.", used_is_used_up),
    Guarantee("History cannot be rewritten by the application's role.", history_stays),
)
