"""Which route and which rules an action meets."""

import pytest

from approvals.domain.gate import Route, Ruleset, judge, route_of
from approvals.domain.gate.shelf import _shelves, shelf_of
from approvals.domain.verdict import Outcome
from tests.domain.gate.cases import call, codes, facts, rule, ruleset

ROUTES = (
    Route(name="eu", tools=("refund_*",), tenant="eu", auto_threshold=0.9),
    Route(name="night", agents=("night-*",), auto_threshold=0.8),
    Route(name="refunds", tools=("refund_*", "credit"), auto_threshold=0.7, coin_rate=0.05),
)


@pytest.mark.parametrize(
    ("agent", "tool", "tenant", "name"),
    [
        ("helper", "refund_order", "eu", "eu"),
        ("night-1", "refund_order", "eu", "eu"),
        ("night-1", "refund_order", "us", "night"),
        ("helper", "credit", "", "refunds"),
        ("helper", "Refund_order", "", "helper/Refund_order"),
        ("helper", "refund_order ", "", "refunds"),
        ("helper", "cancel", "", "helper/cancel"),
        ("helper", "x" * 500, "", "helper/" + "x" * 79 + "…"),
        ("a\x00", "\ud800", "", "a\\u0000/\\ud800"),
    ],
)
def test_the_first_route_that_fits_is_taken(agent: str, tool: str, tenant: str, name: str) -> None:
    assert route_of(ruleset(routes=ROUTES), agent=agent, tool=tool, tenant=tenant).name == name


def test_a_route_that_nobody_declared_has_no_thresholds() -> None:
    route = route_of(ruleset(routes=()), agent="helper", tool="cancel")
    assert (route.auto_threshold, route.ask_threshold, route.audit_rate) == (None, None, 1.0)


def test_a_route_that_runs_something_alone_is_audited_at_its_own_rate() -> None:
    assert route_of(ruleset(routes=ROUTES), agent="helper", tool="credit").audit_rate == 0.05


def test_rules_are_found_by_exact_tool_and_agent() -> None:
    rules = (
        rule(Outcome.ASK, name="this tool", tools=("refund_order",)),
        rule(Outcome.ASK, name="another tool", tools=("refund_orders", "Refund_order")),
        rule(Outcome.ASK, name="these tools", tools=("cancel_*", "refund_*")),
        rule(Outcome.ASK, name="this agent", agents=("h?lper",)),
        rule(Outcome.ASK, name="another agent", agents=("night-*",)),
    )
    found = judge(call(), facts(), ruleset(*rules))
    names = [reason.rule for reason in found.reasons if reason.code == "rule"]
    assert names == ["this tool", "these tools", "this agent"]


def test_a_changed_copy_of_a_ruleset_is_judged_by_its_own_rules() -> None:
    lenient = ruleset()
    assert judge(call(), facts(), lenient).outcome is Outcome.ALLOW
    strict = lenient.model_copy(update={"rules": (rule(Outcome.REFUSE),)})
    assert judge(call(), facts(), strict).outcome is Outcome.REFUSE
    assert judge(call(), facts(), lenient).outcome is Outcome.ALLOW


def test_judging_leaves_a_ruleset_as_it_was() -> None:
    judged = ruleset(rule(Outcome.ASK, "args.amount > 1", name="one"))
    judge(call(), facts(), judged)
    assert judged == ruleset(rule(Outcome.ASK, "args.amount > 1", name="one"))


def test_a_ruleset_that_is_gone_leaves_nothing_behind() -> None:
    gone = Ruleset(version=1, name="gone")
    key = id(gone)
    shelf_of(gone)
    del gone
    assert key not in _shelves


def test_a_condition_that_slipped_past_the_checks_asks() -> None:
    broken = rule(Outcome.ALLOW).model_copy(update={"when": "oops"})
    assert codes(judge(call(), facts(), ruleset(broken))) == ["fault", "score"]


def test_names_that_agents_invent_do_not_fill_the_memory() -> None:
    shelf = shelf_of(ruleset())
    routes = {shelf.route(f"tool {n}", "helper", "").name for n in range(5_000)}
    assert (len(routes), len(shelf._found) <= 2_000) == (5_000, True)
