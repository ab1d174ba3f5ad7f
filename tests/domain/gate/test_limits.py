"""What the gate says of limits: reached asks, unknown asks, and nothing else changes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.domain.errors import BadRuleset
from approvals.domain.gate import STANDARD_LIMITS, Limit, Per, Resource, Ruleset, dump_ruleset, judge, parse_ruleset
from approvals.domain.verdict import Outcome
from tests.domain.gate import cases
from tests.domain.gate.cases import codes

DAILY = Limit(name="daily", resource=Resource.MUTATIONS, per=Per.DAY, most=100)
MONEY = Limit(name="money", resource=Resource.SUM, argument="amount", per=Per.SESSION, most=500, tools=("refund_*",))


def limited(*limits: Limit) -> Ruleset:
    """Rules under which the refund runs alone, with these limits."""
    return cases.ruleset().model_copy(update={"limits": limits})


def judged(reached: Any, *limits: Limit, tool: str = "refund_order") -> Any:
    """What the gate says of a call with these limits reached."""
    known = cases.facts(reached=reached, tool=cases.card(name=tool))
    return judge(cases.call(tool), known, limited(*limits))


def test_below_its_limits_a_call_runs() -> None:
    assert judged({}, DAILY, MONEY).outcome is Outcome.ALLOW


def test_beyond_a_limit_it_asks_and_says_which() -> None:
    found = judged({"money": "reached"}, DAILY, MONEY)
    assert (found.outcome, found.zone, found.forced_reason) == (Outcome.ASK, "forced", "limit")
    assert (found.reasons[0].rule, found.reasons[0].sentence) == (
        "money",
        "With it there would be more than 500 of amount in one session.",
    )


def test_what_cannot_be_counted_asks() -> None:
    assert judged({"daily": "uncounted"}, DAILY).reasons[0].sentence == (
        "It cannot be counted against the limit of 100 mutations in one day."
    )


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.lists(st.text())))
def test_whatever_is_no_count_asks(reached: Any) -> None:
    found = judged(reached, DAILY)
    assert (found.outcome, codes(found)[0]) == (Outcome.ASK, "limit")


def test_rules_without_a_limit_for_the_call_need_no_count() -> None:
    assert judged(None).outcome is Outcome.ALLOW
    assert judged(None, MONEY.model_copy(update={"tools": ("other",)})).outcome is Outcome.ALLOW


def test_a_limit_that_the_rules_do_not_have_is_none() -> None:
    assert judged({"gone": "reached"}, DAILY).outcome is Outcome.ALLOW


def test_limits_are_written_and_read() -> None:
    rules = limited(DAILY, MONEY)
    assert parse_ruleset(dump_ruleset(rules)) == rules


def test_the_standard_limits_are_those_of_the_design() -> None:
    told = {limit.name: limit.most for limit in STANDARD_LIMITS}
    assert told == {
        "calls-a-request": 10,
        "calls-a-session": 50,
        "calls-a-day": 500,
        "mutations-a-request": 5,
        "mutations-a-session": 20,
        "mutations-a-day": 100,
        "messages-a-request": 1,
        "messages-a-session": 5,
        "messages-a-day": 20,
    }


BAD = {
    "a sum of nothing": ("{name: a, resource: sum, per: day, most: 5}", "a sum needs one"),
    "calls of an argument": ("{name: a, resource: calls, per: day, most: 5, argument: x}", "nothing else takes one"),
    "less than nothing": ("{name: a, resource: calls, per: day, most: -1}", "greater than or equal to 0"),
    "a week": ("{name: a, resource: calls, per: week, most: 1}", "'request', 'session' or 'day'"),
    "the same twice": (
        "{name: a, resource: calls, per: day, most: 1}, {name: b, resource: calls, per: day, most: 2}",
        "keep the lower one",
    ),
    "one name twice": (
        "{name: a, resource: calls, per: day, most: 1}, {name: a, resource: calls, per: session, most: 2}",
        "used twice",
    ),
}


@pytest.mark.parametrize(("limits", "reason"), BAD.values(), ids=BAD)
def test_a_limit_that_makes_no_sense_is_refused(limits: str, reason: str) -> None:
    with pytest.raises(BadRuleset, match=reason):
        parse_ruleset(f"version: 1\nname: a\nlimits: [{limits}]")


@pytest.mark.parametrize("zone", ["Moon/Base", "", "../etc/passwd", "Europe/Berlin\u200b"])
def test_a_time_zone_that_there_is_not_is_refused(zone: str) -> None:
    with pytest.raises(BadRuleset, match="no time zone has this name"):
        parse_ruleset(f'version: 1\nname: a\ntime_zone: "{zone}"')
