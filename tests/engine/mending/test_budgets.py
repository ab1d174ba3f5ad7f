"""No run and no agent spends more than it may: reserved before a call, settled after it, released after a crash."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from agents.domain.budget import Amount, Budget, Purse, Scope, read_by
from agents.domain.errors import BudgetSpent
from agents.domain.turn import Line, ModelRequest, Turn, Usage
from agents.engine.answers import resuming
from agents.guards import budgets
from agents.guards.budgets import Wanted
from agents.llm import gateway
from agents.models import Reservation, Run, Spending, Step, Stop
from agents.models.stop import StopKind
from tests.engine import parcels
from tests.engine.mending import faulty

pytestmark = pytest.mark.django_db

DONE: dict[str, Any] = {"text": "Done.", "is_final": True}


def used(tokens: int) -> dict[str, Any]:
    """A turn that used so much, and goes on."""
    call = {"tool": "look_up", "arguments": {"n": tokens}}
    return {"calls": [call], "usage": {"input_tokens": tokens, "output_tokens": 0}}


def held(agent: str = "thrifty") -> Step:
    """A model step that a worker holds."""
    run = faulty.speak(DONE, agent=agent)
    found, carried = resuming.begin(parcels.holder())
    assert found
    assert carried is not None
    return Step.objects.select_related("run").get(run=run)


def reserve(step: Step, tokens: int, *, of: int = 1_000, usd: str = "0") -> list[int]:
    """Reserve so much from the run's purse."""
    purse = Wanted(Scope.RUN, str(step.run.key), Purse(tokens=of, usd=Decimal(1)))
    most = Amount(tokens, Decimal(usd))
    return budgets.reserve(tenant_id=1, step_id=step.pk, epoch=step.epoch, most=most, purses=[purse])


def purse() -> tuple[int, int]:
    """What the run has used and reserved."""
    found = Spending.objects.get(scope="run")
    return found.used_tokens, found.reserved_tokens


def test_a_call_is_reserved_and_settled_by_what_it_used() -> None:
    run = faulty.speak({**DONE, "usage": {"input_tokens": 70, "output_tokens": 9}}, agent="thrifty")
    faulty.work()
    run.refresh_from_db()
    assert (run.status, purse()) == ("succeeded", (79, 0))
    day = Spending.objects.get(scope="agent")
    assert (day.key, day.used_tokens, day.used_usd) == ("thrifty", 79, Decimal("0.0045"))


def test_a_spent_run_returns_what_it_has_and_asks_no_model_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[ModelRequest] = []
    whole = gateway.complete

    def complete(request: ModelRequest) -> Turn:
        asked.append(request)
        return whole(request)

    monkeypatch.setattr(gateway, "complete", complete)
    run = faulty.speak(used(1_500), used(1_400), used(1), agent="thrifty")
    faulty.work()
    run.refresh_from_db()
    assert (run.status, Stop.objects.get(run=run).kind, len(asked)) == ("succeeded", StopKind.BUDGET, 2)
    assert "2900 of 3000 tokens of this run are used or reserved" in (run.result or {})["unfinished"]
    assert purse() == (2_900, 0)


def test_the_day_of_an_agent_is_bounded_over_its_runs() -> None:
    for _ in range(3):
        faulty.speak({**DONE, "usage": {"input_tokens": 1, "output_tokens": 3_990}}, agent="thrifty")
    faulty.work()
    assert list(Run.objects.order_by("pk").values_list("stop__kind", flat=True)) == [None, "budget", "budget"]
    assert Spending.objects.get(scope="agent").used_usd == Decimal("1.995")


def test_two_reservations_never_exceed_a_purse_together() -> None:
    step = held()
    reserve(step, 600)
    with pytest.raises(BudgetSpent, match="600 of 1000 tokens"):
        reserve(step, 600)
    assert purse() == (0, 600)


def test_money_bounds_as_tokens_do() -> None:
    step = held()
    reserve(step, 1, usd="0.7")
    with pytest.raises(BudgetSpent, match=r"\$0.7000 of \$1.0000"):
        reserve(step, 1, usd="0.7")


def test_what_a_dead_worker_reserved_is_released_when_it_is_needed() -> None:
    step = held()
    reserve(step, 900)
    parcels.take_over()
    resuming.begin(parcels.holder())
    step.refresh_from_db()
    reserve(step, 900)
    assert purse() == (0, 900)
    assert Reservation.objects.filter(settled_at=None).count() == 1


def test_a_late_settlement_of_what_was_released_counts_nothing() -> None:
    step = held()
    late = reserve(step, 900)
    parcels.take_over()
    resuming.begin(parcels.holder())
    step.refresh_from_db()
    reserve(step, 900)
    budgets.settle(late, Amount(500, Decimal(0)))
    assert purse() == (0, 900)


def test_more_than_was_reserved_is_counted_too() -> None:
    step = held()
    budgets.settle(reserve(step, 100), Amount(5_000, Decimal(0)))
    assert purse() == (5_000, 0)
    with pytest.raises(BudgetSpent):
        reserve(step, 1)


def test_a_worker_that_lost_its_step_reserves_nothing() -> None:
    step = held()
    parcels.take_over()
    with pytest.raises(DatabaseError):
        reserve(step, 1)


HOLES = {
    "emptying a purse": "UPDATE agents_spending SET used_tokens = 0",
    "a purse of one's own": "INSERT INTO agents_spending (tenant_id, scope, key, day) VALUES (1, 'run', 'x', '')",
    "giving back what was used": "UPDATE agents_reservation SET settled_at = now(), used_tokens = -5",
    "rewriting": "UPDATE agents_reservation SET tokens = 0",
    "opening again": "UPDATE agents_reservation SET settled_at = NULL",
    "more than the purse holds": "INSERT INTO agents_reservation (spending_id, step_id, epoch, tokens, usd) "
    "SELECT spending_id, step_id, epoch, 600, 0 FROM agents_reservation",
    "another run's purse": "INSERT INTO agents_reservation (spending_id, step_id, epoch, tokens, usd) "
    "SELECT spending_id, (SELECT max(id) FROM agents_step), 0, 1, 0 FROM agents_reservation",
    "deleting": "DELETE FROM agents_reservation",
}


@pytest.mark.parametrize("statement", HOLES.values(), ids=HOLES.keys())
def test_the_database_refuses(statement: str) -> None:
    step = held()
    reserve(step, 600)
    faulty.speak(DONE)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert purse() == (0, 600)


def test_a_model_of_this_machine_costs_no_statement_without_a_budget() -> None:
    faulty.speak(DONE)
    faulty.work()
    assert not Spending.objects.exists()


def test_a_failed_call_gives_back_what_nobody_worked_for() -> None:
    faulty.speak({"fails": "rate_limited"}, agent="thrifty")
    faulty.work_once()
    assert purse() == (0, 0)
    faulty.speak({"fails": "timeout"}, agent="thrifty")
    faulty.work_once()
    assert Spending.objects.filter(scope="run").latest("pk").used_tokens > 0


@pytest.mark.parametrize("said", ["", "nothing", "NaN", "-3", "Infinity", "1e99"])
def test_a_senseless_price_is_not_believed(said: str) -> None:
    request = ModelRequest(model="m", system="", history=())
    turn = Turn(text="x", usage=Usage(input_tokens=1, output_tokens=1, cost_usd=said))
    assert Budget().used(request, turn) == Amount(2, Decimal(0))


def test_a_provider_that_says_nothing_of_its_use_is_estimated() -> None:
    request = ModelRequest(model="m", system="", history=(Line(role="customer", text="word " * 1_000),))
    assert Budget().used(request, Turn(text="x")).tokens > 2_000
    assert read_by(request) > 2_000
