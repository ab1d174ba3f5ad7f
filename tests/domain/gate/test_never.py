"""Properties of the gate under any facts: it never raises, never lets the odd through, never depends on order."""

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from approvals.domain.gate import Rule, judge
from approvals.domain.verdict import Outcome
from tests.domain.gate.cases import CARD, call, facts, rule, ruleset

NUMBERS = st.floats() | st.integers() | st.decimals()
ODD = st.one_of(
    st.none(),
    NUMBERS,
    st.text(),
    st.binary(),
    st.booleans(),
    st.lists(st.none() | NUMBERS | st.text(), max_size=3),
    st.tuples(st.none() | NUMBERS | st.booleans()),
    st.dictionaries(st.text(max_size=3), NUMBERS | st.none(), max_size=3),
    st.sampled_from([object(), ..., "\ud800", {1}, Decimal("NaN"), [[[]]], {None: 1}, type]),
)
FACTS = st.sampled_from(
    [
        "tool",
        "agent",
        "agent_version",
        "tenant",
        "halted",
        "schema_errors",
        "grounding",
        "parts",
        "coin",
        "extra",
        "faults",
    ]
)
CONDITIONS = st.sampled_from(
    [
        "",
        "args.amount > 40",
        "args.amount > 41",
        "args.missing == 1 || true",
        "has(args.note) && args.note == 'x'",
        "args.items.exists(i, i.price > 4)",
        "facts.country == 'US'",
        "facts.refunded_today + args.amount > 60",
        "score < 0.95",
        "tool.egress",
    ]
)
RULES = st.lists(
    st.builds(
        lambda outcome, when, n: rule(outcome, when, name=f"r{n}"), st.sampled_from(Outcome), CONDITIONS, st.integers(0)
    ),
    max_size=6,
    unique_by=lambda one: one.name,
)
ASKING = st.sampled_from([Outcome.CONFIRM, Outcome.ASK, Outcome.REFUSE])
PARTS = st.fixed_dictionaries({name: st.floats(0, 1) for name in ("tool_choice", "arguments", "grounding")})


def _is_ordinary(name: str, value: Any) -> bool:
    """Whether a generated value happens to be one that the gate may trust."""
    empty = name in ("halted", "schema_errors", "faults", "grounding") and value == () and type(value) is tuple
    text = name in ("agent", "agent_version", "tenant") and type(value) is str
    return empty or text or (name == "extra" and isinstance(value, dict))


@given(name=FACTS, value=ODD)
def test_an_odd_value_of_any_fact_never_runs_a_write(name: str, value: Any) -> None:
    found = judge(call(), facts(**{name: value}), ruleset())
    assert found.outcome is not Outcome.ALLOW or _is_ordinary(name, value)


@given(changes=st.dictionaries(FACTS, ODD, min_size=1), rules=RULES)
def test_the_gate_never_raises(changes: dict[str, Any], rules: list[Rule]) -> None:
    found = judge(call(), facts(**changes), ruleset(*rules))
    assert found == judge(call(), facts(**changes), ruleset(*rules))


@given(action=ODD, facts_of_it=ODD, rules=ODD)
def test_the_gate_asks_even_when_it_is_called_with_nonsense(action: Any, facts_of_it: Any, rules: Any) -> None:
    assert judge(action, facts_of_it, rules).outcome is Outcome.ASK


@given(part=ODD, name=st.sampled_from(["tool_choice", "arguments", "grounding"]))
def test_an_odd_part_of_the_confidence_never_runs_a_write(part: Any, name: str) -> None:
    found = judge(call(), facts(parts={"tool_choice": 1.0, "arguments": 1.0, "grounding": 1.0, name: part}), ruleset())
    is_share = type(part) in (int, float) and 0 <= part <= 1
    assert (found.outcome is Outcome.ALLOW) <= is_share


@given(rules=RULES, parts=PARTS, outcome=ASKING, when=CONDITIONS)
def test_one_more_asking_rule_never_lets_more_through(
    rules: list[Rule], parts: dict[str, float], outcome: Outcome, when: str
) -> None:
    before = judge(call(), facts(parts=parts), ruleset(*rules))
    after = judge(call(), facts(parts=parts), ruleset(*rules, rule(outcome, when, name="one more")))
    assert after.outcome.strictness >= before.outcome.strictness


@given(rules=RULES, parts=PARTS, data=st.data())
def test_the_order_of_rules_changes_nothing_but_the_order_of_reasons(
    rules: list[Rule], parts: dict[str, float], data: st.DataObject
) -> None:
    before = judge(call(), facts(parts=parts), ruleset(*rules))
    after = judge(call(), facts(parts=parts), ruleset(*data.draw(st.permutations(rules))))
    assert (after.outcome, after.zone, after.score) == (before.outcome, before.zone, before.score)
    assert {reason.model_dump_json() for reason in after.reasons} == {r.model_dump_json() for r in before.reasons}


@given(rules=RULES, parts=PARTS)
def test_the_strictest_reason_comes_first_and_is_the_outcome(rules: list[Rule], parts: dict[str, float]) -> None:
    found = judge(call(), facts(parts=parts), ruleset(*rules))
    order = [reason.outcome.strictness for reason in found.reasons]
    assert order == sorted(order, reverse=True)
    assert found.outcome is found.reasons[0].outcome


@given(parts=PARTS, name=st.sampled_from(["tool_choice", "arguments", "grounding"]), higher=st.floats(0, 1))
def test_a_higher_part_never_makes_the_gate_stricter(parts: dict[str, float], name: str, higher: float) -> None:
    before = judge(call(), facts(parts=parts), ruleset())
    after = judge(call(), facts(parts={**parts, name: max(higher, parts[name])}), ruleset())
    assert after.outcome.strictness <= before.outcome.strictness


@given(parts=PARTS, rules=RULES)
def test_the_zone_says_whether_the_score_alone_decided(parts: dict[str, float], rules: list[Rule]) -> None:
    alone = judge(call(), facts(parts=parts), ruleset())
    found = judge(call(), facts(parts=parts), ruleset(*rules))
    assert (found.zone == "forced") == (found.forced_reason != "")
    assert found.zone in ("forced", alone.zone)


def test_the_ordinary_case_of_these_properties_does_run() -> None:
    assert judge(call(), facts(), ruleset()).outcome is Outcome.ALLOW
    assert CARD.is_counted
