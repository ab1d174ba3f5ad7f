"""A decision is taken once, by somebody who may, on what was shown: tried in rows as the application's role."""

from collections.abc import Callable
from typing import Any

import pytest

from approvals.domain.action import action
from approvals.models import Decision
from tests import cast
from tests.engine import rows
from tests.engine.refusals import CHECK, FOREIGN, UNIQUE, execute, refused

pytestmark = pytest.mark.django_db


def other_bytes() -> bytes:
    """The bytes of another call of the same tool."""
    return action("cancel", "1", {"order_id": "#W2"}).payload


def test_a_decision_needs_a_decided_escalation() -> None:
    of = rows.escalation(rows.bench())
    made = rows.decision(of, cast.mara())
    assert made.pk
    second = rows.escalation(rows.bench())
    with refused("SB009"):
        Decision.objects.create(
            escalation=second,
            verdict=second.verdict,
            verdict_outcome="ask",
            evidence=second.evidence,
            evidence_sha256=bytes(second.evidence.sha256),
            origin=second.origin,
            kind="approve",
            proposed_sha256=bytes(second.verdict.payload_sha256),
            payload_sha256=bytes(second.verdict.payload_sha256),
            by=cast.mara(),
            undo_until=second.due_at,
        )


@pytest.mark.parametrize("who", [cast.otto], ids=["an auditor"])
def test_the_database_refuses_a_decision_by(who: Callable[[], Any]) -> None:
    of = rows.escalation(rows.bench())
    with refused("SB011"):
        rows.decision(of, who())


def test_a_deactivated_reviewer_cannot_decide() -> None:
    mara = cast.mara()
    mara.is_active = False
    mara.save()
    of = rows.escalation(rows.bench())
    with refused("SB011"):
        rows.decision(of, mara)


def test_a_decision_on_other_bytes_than_judged_is_refused() -> None:
    of = rows.escalation(rows.bench())
    with refused(CHECK):
        rows.decision(of, cast.mara(), payload_sha256=rows.sha(other_bytes()))


def test_a_decision_that_saw_other_evidence_is_refused() -> None:
    of = rows.escalation(rows.bench())
    with refused(FOREIGN):
        rows.decision(of, cast.mara(), evidence_sha256=rows.sha(b"something else"))
        execute("SELECT 1")


def test_a_rejection_gives_no_grant() -> None:
    of = rows.escalation(rows.bench())
    made = rows.decision(of, cast.mara(), kind="reject")
    with refused(CHECK):
        rows.grant(made)


def test_a_rejection_disguised_as_an_approval_gives_no_grant() -> None:
    of = rows.escalation(rows.bench())
    made = rows.decision(of, cast.mara(), kind="reject")
    with refused(FOREIGN):
        rows.grant(made, decision_kind="approve")
        execute("SELECT 1")


def test_an_escalation_is_decided_once() -> None:
    of = rows.escalation(rows.bench())
    rows.decision(of, cast.mara())
    assert of.undo_until is not None
    with refused(UNIQUE):
        Decision.objects.create(
            escalation=of,
            verdict=of.verdict,
            verdict_outcome="ask",
            evidence=of.evidence,
            evidence_sha256=bytes(of.evidence.sha256),
            origin=of.origin,
            kind="reject",
            reason_code="other",
            proposed_sha256=bytes(of.verdict.payload_sha256),
            payload_sha256=bytes(of.verdict.payload_sha256),
            by=cast.kai(),
            undo_until=of.undo_until,
        )


def test_an_escalation_cannot_expire_early() -> None:
    of = rows.escalation(rows.bench())
    with refused("SB009"):
        execute("UPDATE approvals_escalation SET status = 'expired', version = 2 WHERE id = %s", [of.pk])


def test_a_decision_cannot_be_applied_inside_its_window() -> None:
    of = rows.escalation(rows.bench(), undo_seconds=10)
    rows.decision(of, cast.mara())
    with refused("SB005"):
        execute("UPDATE approvals_escalation SET status = 'applied', version = 3 WHERE id = %s", [of.pk])
