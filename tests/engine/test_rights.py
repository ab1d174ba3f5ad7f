"""No effect without a right: every hole of DESIGN section 11, tried in raw SQL as the application's role."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction
from django.db.models.functions import Now

from agents.models import Run
from approvals.domain.action import action
from approvals.models import Grant, Halt
from tests import cast
from tests.engine import rows
from tests.engine.refusals import CHECK, DENIED, FOREIGN, UNIQUE, execute, refused

pytestmark = pytest.mark.django_db

INSERT = """
INSERT INTO agents_operation (step_id, origin, epoch, tool, effect_class, payload, verdict_id, verdict_outcome,
                              grant_id, outcome, error)
VALUES (%(step)s, %(origin)s, %(epoch)s, %(tool)s, 'A', %(payload)s, %(verdict)s, %(verdict_outcome)s,
        %(grant)s, %(outcome)s, '')
"""


def operation(on: rows.Bench, **fields: Any) -> None:
    """Insert an operation by raw SQL, as a careless or hostile caller would."""
    values: dict[str, Any] = {
        "step": on.step.pk,
        "origin": on.step.key,
        "epoch": 1,
        "tool": "cancel",
        "payload": on.proposed.payload,
        "verdict": None,
        "verdict_outcome": None,
        "grant": None,
        "outcome": None,
    }
    execute(INSERT, {**values, **fields})


def granted(on: rows.Bench, **fields: Any) -> Grant:
    """A grant as a decision by Mara gives it."""
    return rows.grant(rows.decision(rows.escalation(on), cast.mara()), **fields)


class TestWithARight:
    """The two ways in."""

    def test_a_verdict_that_allows_is_a_right(self) -> None:
        on = rows.bench()
        allowed = rows.verdict(on, outcome="allow")
        operation(on, verdict=allowed.pk, verdict_outcome="allow")
        assert on.step.operations.count() == 1

    def test_a_live_grant_is_a_right_and_is_used_up(self) -> None:
        on = rows.bench()
        right = granted(on)
        operation(on, grant=right.pk)
        right.refresh_from_db()
        assert right.used_at is not None


def other_bytes() -> bytes:
    """The bytes of another call of the same tool."""
    return action("cancel", "1", {"order_id": "#W2"}).payload


def expired(on: rows.Bench) -> Grant:
    """A grant whose hour has passed."""
    made = rows.decision(rows.escalation(on), cast.mara())
    return rows.grant(made, expires_at=made.undo_until + timedelta(microseconds=1))


def voided(on: rows.Bench) -> Grant:
    """A grant taken back."""
    right = granted(on)
    Grant.objects.filter(pk=right.pk).update(voided_at=Now())
    return right


def early(on: rows.Bench) -> Grant:
    """A grant inside the window in which its decision can be undone."""
    return rows.grant(rows.decision(rows.escalation(on, undo_seconds=10), cast.mara()))


def halted(on: rows.Bench, scope: str, key: str) -> dict[str, Any]:
    """A right that was given before somebody pulled the stop."""
    allowed = rows.verdict(on, outcome="allow")
    Halt.objects.create(tenant_id=1, scope=scope, key=key, reason="test")
    return {"verdict": allowed.pk, "verdict_outcome": "allow"}


def cancelled(on: rows.Bench) -> dict[str, Any]:
    """A right of a run that was cancelled."""
    allowed = rows.verdict(on, outcome="allow")
    Run.objects.filter(pk=on.run.pk).update(cancelled_at=Now())
    return {"verdict": allowed.pk, "verdict_outcome": "allow"}


HOLES: dict[str, tuple[str, Callable[[rows.Bench], dict[str, Any]]]] = {
    "no right at all": ("SB001", lambda on: {}),
    "a verdict that asks": (
        CHECK,
        lambda on: {"verdict": rows.verdict(on, outcome="ask").pk, "verdict_outcome": "ask"},
    ),
    "a verdict that asks, claimed to allow": (
        FOREIGN,
        lambda on: {"verdict": rows.verdict(on, outcome="ask").pk, "verdict_outcome": "allow"},
    ),
    "a verdict with its outcome left NULL": (
        CHECK,
        lambda on: {"verdict": rows.verdict(on, outcome="allow").pk, "verdict_outcome": None},
    ),
    "both rights at once": (
        CHECK,
        lambda on: {
            "grant": granted(on).pk,
            "verdict": rows.verdict(on, outcome="allow", attempt=9).pk,
            "verdict_outcome": "allow",
        },
    ),
    "other bytes under a verdict": (
        FOREIGN,
        lambda on: {
            "verdict": rows.verdict(on, outcome="allow").pk,
            "verdict_outcome": "allow",
            "payload": other_bytes(),
        },
    ),
    "other bytes under a grant": (FOREIGN, lambda on: {"grant": granted(on).pk, "payload": other_bytes()}),
    "bytes that name another tool": (
        "SB001",
        lambda on: {
            "verdict": rows.verdict(on, outcome="allow").pk,
            "verdict_outcome": "allow",
            "tool": "refund",
        },
    ),
    "another step's verdict": (
        "SB001",
        lambda on: {"verdict": rows.verdict(rows.bench(), outcome="allow").pk, "verdict_outcome": "allow"},
    ),
    "another step's grant": ("SB001", lambda on: {"grant": granted(rows.bench()).pk}),
    "an origin that is not the step's": (
        "SB001",
        lambda on: {
            "verdict": rows.verdict(on, outcome="allow").pk,
            "verdict_outcome": "allow",
            "origin": rows.fresh_key(),
        },
    ),
    "a grant that does not exist": ("SB001", lambda on: {"grant": 999_999_999}),
    "an expired grant": ("SB006", lambda on: {"grant": expired(on).pk}),
    "a voided grant": ("SB003", lambda on: {"grant": voided(on).pk}),
    "a grant before its time": ("SB005", lambda on: {"grant": early(on).pk}),
    "an epoch that is over": (
        "SB007",
        lambda on: {"verdict": rows.verdict(on, outcome="allow").pk, "verdict_outcome": "allow", "epoch": 0},
    ),
    "an outcome before the effect": (
        "SB001",
        lambda on: {
            "verdict": rows.verdict(on, outcome="allow").pk,
            "verdict_outcome": "allow",
            "outcome": "succeeded",
        },
    ),
    "a halted agent": ("SB002", lambda on: halted(on, "agent", "tester")),
    "a halted tool": ("SB002", lambda on: halted(on, "tool", "cancel")),
    "a halted run": ("SB002", lambda on: halted(on, "run", str(on.run.key))),
    "everything halted": ("SB002", lambda on: halted(on, "everything", "")),
    "a cancelled run": ("SB010", cancelled),
}


@pytest.mark.parametrize(("sqlstate", "fields"), HOLES.values(), ids=HOLES.keys())
def test_the_database_refuses_an_operation_with(sqlstate: str, fields: Callable[[rows.Bench], dict[str, Any]]) -> None:
    on = rows.bench()
    given = fields(on)
    with refused(sqlstate):
        operation(on, **given)


def test_a_grant_is_used_once() -> None:
    on = rows.bench()
    right = granted(on)
    operation(on, grant=right.pk)
    with refused("SB004"):
        operation(on, grant=right.pk)


def test_a_verdict_is_used_once() -> None:
    on = rows.bench()
    allowed = rows.verdict(on, outcome="allow")
    operation(on, verdict=allowed.pk, verdict_outcome="allow")
    with refused(UNIQUE):
        operation(on, verdict=allowed.pk, verdict_outcome="allow")


REWRITES = {
    "a verdict": (DENIED, "UPDATE approvals_verdict SET outcome = 'allow'"),
    "a decision": (DENIED, "UPDATE approvals_decision SET kind = 'approve'"),
    "evidence": (DENIED, "UPDATE approvals_evidence SET document = 'x'"),
    "a label": (DENIED, "UPDATE approvals_label SET teaching = 'right'"),
    "the bytes of a grant": (DENIED, "UPDATE approvals_grant SET payload_sha256 = 'x'"),
    "the use of a grant": (DENIED, "UPDATE approvals_grant SET used_at = NULL"),
    "the window of a grant": (DENIED, "UPDATE approvals_grant SET not_before = now() - interval '1 day'"),
    "an operation's bytes": (DENIED, "UPDATE agents_operation SET payload = 'x'"),
    "what an escalation is about": ("SB008", "UPDATE approvals_escalation SET title = 'harmless'"),
    "a decided escalation back to open": (
        "SB009",
        "UPDATE approvals_escalation SET status = 'open', version = version + 1",
    ),
    "a live ruleset's document": (DENIED, "UPDATE approvals_ruleset SET document = 'x'"),
    "a verdict away": (DENIED, "DELETE FROM approvals_verdict"),
    "a grant away": (DENIED, "DELETE FROM approvals_grant"),
    "an operation away": (DENIED, "DELETE FROM agents_operation"),
    "all decisions at once": (DENIED, "TRUNCATE approvals_decision CASCADE"),
    "a trigger off": (DENIED, "ALTER TABLE agents_operation DISABLE TRIGGER ALL"),
    "a trigger away": (DENIED, "DROP TRIGGER right_first ON agents_operation"),
    "triggers off for the session": (DENIED, "SET session_replication_role = replica"),
    "a trigger's function": (
        DENIED,
        """CREATE OR REPLACE FUNCTION signalbox_operation_right() RETURNS trigger LANGUAGE plpgsql
           AS 'BEGIN RETURN NEW; END'""",
    ),
    "itself into the owner": (DENIED, "SET ROLE signalbox"),
    "somebody into another tenant": ("SB008", "UPDATE approvals_member SET tenant_id = 2"),
    "what a step waits for": ("SB008", "UPDATE agents_step SET after = '{7}'"),
    "the epoch of a step far ahead": ("SB008", "UPDATE agents_step SET epoch = 2147483647"),
    "a step's output after its end": (
        "SB008",
        """UPDATE agents_operation SET outcome = 'succeeded', ended_at = now();
           UPDATE agents_step SET status = 'succeeded', worker_id = NULL, ended_at = now();
           UPDATE agents_step SET output = '{"text": "paid"}'""",
    ),
    "when a run began": ("SB008", "UPDATE agents_run SET created_at = now() - interval '1 day'"),
}


@pytest.mark.parametrize(("sqlstate", "statement"), REWRITES.values(), ids=REWRITES.keys())
def test_the_application_cannot_rewrite(sqlstate: str, statement: str) -> None:
    on = rows.bench()
    operation(on, grant=granted(on).pk)
    with refused(sqlstate):
        execute(statement)


@pytest.mark.django_db(databases=["owner"])
@pytest.mark.parametrize("table", ["verdict", "evidence", "decision", "undo", "label", "auditentry", "grant"])
def test_the_owner_cannot_empty_history_either(table: str) -> None:
    with pytest.raises(DatabaseError) as caught, transaction.atomic(using="owner"):
        connections["owner"].cursor().execute(f"TRUNCATE approvals_{table} CASCADE")
    assert "append-only" in str(caught.value)
