"""Conditions of rules: what they may say, and that one which cannot be judged asks instead of being skipped."""

from contextlib import suppress

import cel
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from approvals.domain.gate import judge
from approvals.domain.verdict import Outcome
from tests.domain.gate.cases import ARGUMENTS, call, codes, facts, rule, ruleset, verdict

TRUE = [
    "args.amount > 40",
    "args.amount == 40.5 && args.order_id == '#W2378156'",
    'args["amount"] > 40 // what it costs',
    "args.item_ids[1] == '6086499569'",
    "size(args.item_ids) == 2 && args.item_ids.size() == 2",
    "'1008292230' in args.item_ids",
    "args.address.zip in ['19122', '19123']",
    "args.items.exists(i, i.price > 4)",
    "args.items.exists(i, i.id == 'b' && i.price == 4.5)",
    "args.items.exists_one(i, i.price > 4)",
    "args.items.all(i, i.price < 5)",
    "args.items.filter(i, i.price > 3).size() == 1",
    "args.address.exists(name, name == 'zip')",
    "args.amount * 2 - 1 > 79 && -args.amount < 0",
    "facts.refunded_today + args.amount > 60",
    "args.order_id + '!' == '#W2378156!'",
    "args.order_id.startsWith('#W') && args.order_id.endsWith('6') && args.order_id.contains('23')",
    r"args.order_id.matches(r'^#W\d{7}$')",
    "args.amount > 100 ? facts.is_vip : facts.country == 'US'",
    "!facts.is_vip && !has(facts.fraud_score)",
    "args.note == null",
    "args.note == null || args.note.contains('urgent')",
    "has(args.address.zip) && args.address.zip == '19122'",
    "'amount' in args && !('surprise' in args)",
    "tool.effect == 'write' && !tool.egress && run.agent == 'helper'",
    "grounding.amount == 'user' && grounding['address.zip'] == 'user'",
    "grounding.all(path, grounding[path] == 'user')",
    "score >= 0.9",
    "string(args.amount) == '40.5' && int(args.amount) == 40 && double('1') == 1",
    "args.amount != facts.refunded_today",
    "true",
]
FALSE = [
    "args.amount > 41",
    "args.items.exists(i, i.price > 5)",
    "args.items.all(i, i.price > 3)",
    "has(args.surprise) && args.surprise > 3",
    "'surprise' in args && args.surprise > 3",
    "args.note != null && args.note == 'urgent'",
    "args.order_id == '#W1'",
    "'x' in args.item_ids",
]
UNJUDGED = [
    pytest.param("args.surprise > 1 || true", id="missing, where CEL would say true"),
    pytest.param("true || args.surprise > 1", id="missing, never looked at"),
    pytest.param("args.surprise > 1 && false", id="missing, where CEL would say false"),
    pytest.param("args.order_id > 1 || true", id="another kind, where CEL would say true"),
    pytest.param("args.order_id == 1", id="another kind, where CEL would say false"),
    pytest.param("args.order_id == facts.refunded_today", id="two kinds compared"),
    pytest.param("args.note == 'x'", id="null instead of a text"),
    pytest.param("has(args.surprise) || args.surprise > 3 || true", id="asked for and then used anyway"),
    pytest.param("has(args.surprise.part)", id="part of what is not there"),
    pytest.param("args.items[7].price > 1", id="beyond the end"),
    pytest.param("args.items.exists(i, i.price > 4 || i.surprise)", id="missing in an element"),
    pytest.param("args.items.exists(i, i.surprise == 1 || true)", id="missing in an element, swallowed by CEL"),
    pytest.param("args.items.exists(i, i.id == 4)", id="another kind in an element"),
    pytest.param("args.items.exists(i, i.price in ['4'])", id="another kind in an element's list"),
    pytest.param("args.items.all(i, i.price != args.order_id)", id="another kind in an element, against a fact"),
    pytest.param("args.amount in args.item_ids", id="a number among texts"),
    pytest.param("args.item_ids.exists(i, i + 1 > 0)", id="a sum with a text"),
    pytest.param("int(args.order_id) > 1", id="no number in the text"),
    pytest.param("facts.nothing", id="no such fact"),
    pytest.param("args.amount", id="not a truth"),
    pytest.param("facts.is_vip == args.amount", id="a truth and a number"),
    pytest.param("grounding['amount.cents'] == 'user'", id="no such argument"),
]
UNREADABLE = [
    ("args.amount >", "ends too early"),
    ("args.amount > 1)", "not expected"),
    ("args.amount = 1", "'=' at character 13"),
    ("args.amount > 1; drop", "';' at character 16"),
    ("amount > 1", "unknown name amount"),
    ("args.exists(score, true)", "score cannot be the variable"),
    ("args.exists(args__amount, true)", "cannot be the variable"),
    ("args.items.exists(i, i.parts.exists(p, p > 1))", "inside another macro"),
    ("args.items.map(i, i.price).size() > 1", "map() is not one of"),
    ("now() > 1", "now() is not one of"),
    ("args.amount / 2 > 1", "'/' at character 13"),
    ("{'a': 1}.a == 1", "cannot be used"),
    ("size(args.items, 1) > 1", "does not take"),
    ("'a' < 1", "is needed"),
    ("1", "a number stands where a bool is needed"),
    ("args.amount == 1 || args.amount == 'x'", "used as a number and as a string"),
    ("args.items == [1]", "look into it with exists or all"),
    ("args.amount in [1, 'x']", "one kind"),
    ("args.order_id.matches(args.pattern)", "never one from a fact"),
    ("args.order_id.matches('(')", "not a valid regex"),
    ("args.a + facts.b == args.c", "+ joins two numbers or two texts"),
    ("has(args)", "has() takes a path"),
    ("tool.effekt == 'write'", "tool.effekt does not exist"),
    ("tool.effect == 'destuctive'", "is never 'destuctive'"),
    ("run.coin == 1", "run.coin does not exist"),
    (r"args.a == '\q'", "the escape"),
    ("(" * 30 + "true" + ")" * 30, "brackets"),
    ("args" + ".a" * 30 + " == 1", "at most 12 parts"),
    (" || ".join(["args.a"] * 40), "at most 32 conditions"),
    ("args.a" + " + 1" * 40 + " > 1", "at most 12 values"),
    ("a" * 2_001, "2000 characters"),
]


@pytest.mark.parametrize("when", TRUE)
def test_a_true_condition_applies_its_rule(when: str) -> None:
    assert codes(verdict(rule(Outcome.ASK, when))) == ["rule", "score"]


@pytest.mark.parametrize("when", FALSE)
def test_a_false_condition_leaves_its_rule_out(when: str) -> None:
    assert codes(verdict(rule(Outcome.ASK, when))) == ["score"]


@pytest.mark.parametrize("when", TRUE + FALSE)
@pytest.mark.parametrize("outer", ["!({})", "({}) && true", "false || ({})", "({}) ? true : false", "true && !(!({}))"])
def test_conditions_can_lie_inside_one_another(when: str, outer: str) -> None:
    when = when.replace(" // what it costs", "")
    found = codes(verdict(rule(Outcome.ASK, outer.format(when))))
    assert found == (["rule", "score"] if (when in FALSE) is outer.startswith("!") else ["score"])


@pytest.mark.parametrize("when", UNJUDGED)
@pytest.mark.parametrize("outcome", Outcome)
def test_a_rule_that_cannot_be_judged_asks_by_name(when: str, outcome: Outcome) -> None:
    found = verdict(rule(outcome, when, name="odd one"))
    assert (found.outcome, found.forced_reason, codes(found)) == (Outcome.ASK, "fault", ["fault", "score"])
    assert (found.reasons[0].rule, "odd one" in found.reasons[0].sentence) == ("odd one", True)


def test_cel_itself_would_have_swallowed_the_missing_path() -> None:
    assert cel.evaluate("args.surprise > 1 || true", {"args": ARGUMENTS}) is True
    assert cel.evaluate("args.order_id == 1", {"args": ARGUMENTS}) is False


def test_a_rule_that_names_the_sources_asks_when_nobody_knows_them() -> None:
    found = verdict(rule(Outcome.REFUSE, "grounding.amount == 'agent'"), grounding=None)
    assert codes(found) == ["fault", "grounding", "score"]


def test_a_rule_that_names_the_score_asks_when_there_is_none() -> None:
    found = verdict(rule(Outcome.REFUSE, "score < 0.5"), parts={})
    assert codes(found) == ["fault", "odd_score"]


def test_one_rule_that_cannot_be_judged_does_not_silence_the_others() -> None:
    found = verdict(rule(Outcome.ASK, "args.surprise == 1"), rule(Outcome.REFUSE, "args.amount > 1"))
    assert codes(found) == ["rule", "fault", "score"]


def test_a_number_too_large_to_be_exact_cannot_be_judged() -> None:
    arguments = {"amount": 1e300}
    found = judge(call(arguments=arguments), facts(), ruleset(rule(Outcome.REFUSE, "args.amount * 10 - 1 > 5")))
    assert "fault" in codes(found)


def test_whole_and_decimal_numbers_meet_in_sums() -> None:
    when = "args.amount + 1 == 41.5 && facts.refunded_today * 1.5 == 30"
    assert codes(verdict(rule(Outcome.ASK, when))) == ["rule", "score"]


@pytest.mark.parametrize(("when", "why"), UNREADABLE, ids=[when[:30] for when, _ in UNREADABLE])
def test_a_condition_that_cannot_be_used_is_refused_when_it_is_written(when: str, why: str) -> None:
    with pytest.raises(ValidationError) as refused:
        rule(Outcome.ASK, when)
    assert why in str(refused.value)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(when: str) -> None:
    with suppress(ValidationError):
        assert rule(Outcome.ASK, when).when == when


PIECES = """args facts . amount items order_id ( ) [ ] 0 1 'x' + - * == < in && || ! ? :
exists filter has i , size true null"""


@given(st.lists(st.sampled_from(PIECES.split()), max_size=14))
def test_whatever_can_be_written_is_judged_without_raising(pieces: list[str]) -> None:
    try:
        made = rule(Outcome.REFUSE, " ".join(pieces))
    except ValidationError:
        return
    assert verdict(made).outcome in Outcome
