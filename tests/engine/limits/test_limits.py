"""What runs alone is counted before it runs; beyond a limit a person is asked, and nothing is dropped."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from approvals.domain.decision import DecisionKind, Said
from approvals.domain.tool import Effect
from approvals.gating import limiting
from approvals.inbox import deciding
from approvals.models import Counter, Escalation, Tenant
from tests import cast
from tests.domain.gate import cases
from tests.engine.limits.asking import ROUTE, ask, limit, live, money, runs
from tests.learning import calls

pytestmark = pytest.mark.django_db


def used() -> list[float]:
    """What is counted, the smallest first."""
    return sorted(float(one) for one in Counter.objects.values_list("used", flat=True))


def test_beyond_the_limit_a_person_is_asked() -> None:
    live(limit(2))
    assert [runs() for _ in range(4)] == [True, True, False, False]
    assert (Escalation.objects.count(), used()) == (2, [2])
    assert Escalation.objects.first().stopped_by == "limit the-limit"  # type: ignore[union-attr]


def test_what_asks_for_another_reason_takes_nothing() -> None:
    live(limit(2), more="rules: [{name: r, tools: ['*'], when: args.amount > 10, outcome: ask, sentence: s}]")
    assert [runs(50), runs(50), runs(50), runs(5), runs(5)] == [False, False, False, True, True]


def test_fifty_calls_just_under_a_rule_are_caught_by_their_sum() -> None:
    live(money(1_000), more="rules: [{name: r, tools: ['*'], when: args.amount > 99, outcome: ask, sentence: s}]")
    assert sum(runs(99, session_key="chat-1") for _ in range(50)) == 10


def test_runs_of_one_conversation_are_counted_together_and_others_apart() -> None:
    live(limit(1, per="session"))
    assert [runs(session_key="a"), runs(session_key="a"), runs(session_key="b"), runs(), runs()] == [
        True,
        False,
        True,
        True,
        True,
    ]


def test_a_run_has_a_limit_of_its_own() -> None:
    live(limit(1, per="request"))
    key = uuid4()
    assert [runs(run_key=key), runs(run_key=key), runs()] == [True, False, True]


def test_tenants_are_counted_apart() -> None:
    live(limit(1))
    other = Tenant.objects.create(slug="elsewhere", name="Elsewhere")
    calls.live(ROUTE, f"limits: [{limit(1)}]", tenant_id=other.pk)
    assert [runs(), runs(tenant_id=other.pk), runs(), runs(tenant_id=other.pk)] == [True, True, False, False]


def test_a_refund_makes_no_room_for_a_charge() -> None:
    live(money(100))
    assert [runs(80, session_key="a"), runs(-80, session_key="a"), runs(20, session_key="a")] == [True, False, True]


ODD: dict[str, Any] = {"a text": "5", "yes": True, "too large": 1e300}


@pytest.mark.parametrize("amount", ODD.values(), ids=ODD)
def test_what_cannot_be_added_up_asks(amount: Any) -> None:
    live(money(1_000_000_000))
    answer = ask(amount)
    assert "limit" in [reason.code for reason in answer.judgement.reasons]
    assert (answer.escalation is not None, used()) == (True, [])


def test_a_read_counts_as_a_call_and_not_as_a_mutation() -> None:
    live(limit(0), "{name: calls, resource: calls, per: day, most: 1}")
    reading = cases.card(effect=Effect.READ)
    assert [runs(card=reading), runs(card=reading)] == [True, False]


def test_a_limit_for_some_tools_counts_only_them() -> None:
    live(money(5, tools="refund_*"))
    assert [runs(4, session_key="a"), runs(4, session_key="a", card=cases.card(name="other"))] == [True, True]
    assert not runs(4, session_key="a")


def test_what_reaches_one_limit_takes_nothing_from_another() -> None:
    live(limit(0, per="day"), "{name: calls, resource: calls, per: day, most: 5}")
    assert not runs()
    assert used() == [0]


def test_what_a_person_lets_run_is_counted_and_may_go_beyond() -> None:
    live(money(10))
    answer = ask(25, session_key="a")
    assert answer.escalation is not None
    approve(answer.escalation.pk)
    assert used() == [25]
    assert not runs(1, session_key="a")


def approve(escalation_id: int) -> None:
    """A reviewer lets it run."""
    made = Escalation.objects.select_related("evidence", "verdict").get(pk=escalation_id)
    said = Said(kind=DecisionKind.APPROVE, evidence_sha256=made.evidence.digest, version=made.version)
    deciding.decide(made, by=cast.mara(), said=said)


def test_a_transaction_that_fails_gives_everything_back() -> None:
    live(limit(1))
    with transaction.atomic():
        ask()
        transaction.set_rollback(True)
    assert (used(), runs()) == ([], True)


def test_a_counter_never_owes() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Counter.objects.create(tenant_id=1, meter="m", window="w", used=-1, most=1)


def test_rules_without_limits_ask_the_database_nothing_more() -> None:
    live()
    ask()
    with CaptureQueriesContext(connection) as asked:
        ask()
    assert [query["sql"] for query in asked if "counter" in query["sql"] or "advisory" in query["sql"]] == []


@pytest.mark.parametrize(
    ("zone", "day"), [("UTC", "2026-03-28"), ("Europe/Berlin", "2026-03-29"), ("America/New_York", "2026-03-28")]
)
def test_a_day_begins_by_the_calendar_of_the_rules(zone: str, day: str) -> None:
    assert limiting.today(datetime(2026, 3, 28, 23, 30, tzinfo=UTC), zone) == f"day {day}"
