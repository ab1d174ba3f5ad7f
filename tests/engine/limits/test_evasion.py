"""Nobody gets past a limit by cutting what they do into pieces: over steps, agents, runs, signs or names."""

from decimal import Decimal
from itertools import cycle
from uuid import uuid4

import pytest

from approvals.domain.gate import Limit, Per, Resource
from approvals.domain.tool import Effect, ToolCard
from approvals.gating import limiting
from approvals.models import Counter
from tests.domain.gate import cases
from tests.engine.limits.asking import ask, limit, live, money, runs

pytestmark = pytest.mark.django_db

UNDER = 99
"""Just under what a rule asks about."""
RULE = "rules: [{name: r, tools: ['*'], when: args.amount > 99 || args.amount < -99, outcome: ask, sentence: s}]"


def card(name: str) -> ToolCard:
    return cases.card(name=name)


def total() -> float:
    return sum(float(used) for used in Counter.objects.values_list("used", flat=True))


def test_fifty_steps_of_one_run() -> None:
    live(money(1_000, per="request"), more=RULE)
    key = uuid4()
    assert sum(runs(UNDER, run_key=key) for _ in range(50)) == 10
    assert total() <= 1_000


def test_fifty_runs_of_one_conversation_by_five_agents() -> None:
    live(money(1_000), more=RULE)
    agents = cycle(f"sub-agent-{number}" for number in range(5))
    assert sum(runs(UNDER, session_key="chat-1", agent=next(agents)) for _ in range(50)) == 10
    assert total() <= 1_000


def test_a_conversation_of_its_own_for_each_call() -> None:
    live(money(1_000, per="day"), more=RULE)
    assert sum(runs(UNDER, session_key=f"chat-{number}") for number in range(50)) == 10


def test_pairs_of_a_charge_and_a_refund() -> None:
    live(money(1_000, tools='"charge", "refund"'), more=RULE)
    tools = cycle((card("charge"), card("refund")))
    signs = cycle((1, -1))
    assert sum(runs(UNDER * next(signs), session_key="a", card=next(tools)) for _ in range(50)) == 10


def test_several_tools_that_do_the_same() -> None:
    live(money(1_000, tools='"pay*"'), more=RULE)
    tools = cycle(card(name) for name in ("pay", "pay_card", "pay_account"))
    assert sum(runs(UNDER, session_key="a", card=next(tools)) for _ in range(50)) == 10


def test_crumbs_add_up() -> None:
    live(money(1), more=RULE)
    assert sum(runs(0.1, session_key="a") for _ in range(50)) == 10


def test_what_is_smaller_than_what_is_counted_counts_as_the_least() -> None:
    bound = Limit(name="money", resource=Resource.SUM, per=Per.DAY, most=1, argument="amount")
    assert limiting.amount(bound, cases.CARD, {"amount": 1e-9}) == Decimal("0.000001")
    assert limiting.amount(bound, cases.CARD, {"amount": -0.1}) == Decimal("0.1")


def test_reads_between_writes_make_no_room() -> None:
    live(limit(5, per="session"))
    look = cases.card(name="look", effect=Effect.READ)
    ran = [(runs(1, session_key="a", card=look), runs(1, session_key="a")) for _ in range(20)]
    assert (sum(read for read, _ in ran), sum(wrote for _, wrote in ran)) == (20, 5)


def test_what_was_asked_about_makes_no_room_for_what_runs_alone() -> None:
    live(money(1_000), more=RULE)
    ran = [(runs(500, session_key="a"), runs(UNDER, session_key="a")) for _ in range(25)]
    assert (sum(large for large, _ in ran), sum(small for _, small in ran)) == (0, 10)


@pytest.mark.parametrize("name", ["Refund_order", "refund_order ", "refund\u200b_order", "refund\u2010order"])
def test_a_look_alike_of_a_tool_is_no_way_around_its_limit(name: str) -> None:
    live(money(100, tools='"refund_order"'))
    assert not runs(80, session_key="a", card=cases.card(name=name, known=False))
    answer = ask(80, session_key="a", card=cases.card(name=name, known=False))
    assert "unknown_tool" in [reason.code for reason in answer.judgement.reasons]
