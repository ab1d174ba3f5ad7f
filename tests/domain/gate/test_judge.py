"""What the gate says of one action, fact by fact."""

from typing import Any

import pytest

from approvals.domain.action import Action, action
from approvals.domain.evidence import Grounding
from approvals.domain.gate import Route, default_ruleset, judge
from approvals.domain.tool import Effect, Reversibility, unknown_tool
from approvals.domain.verdict import Outcome
from tests.domain.gate.cases import ARGUMENTS, call, card, codes, facts, rule, ruleset, seen, verdict

READ = card(effect=Effect.READ)
UNSURE = {"tool_choice": 1.0, "arguments": 1.0, "grounding": 0.7}
HOPELESS = {"tool_choice": 1.0, "arguments": 1.0, "grounding": 0.2}


def test_a_sure_write_runs_alone() -> None:
    found = verdict()
    assert (found.outcome, found.zone, found.forced_reason, found.score) == (Outcome.ALLOW, "automatic", "", 0.9)


def test_a_write_in_the_middle_band_asks_the_end_user() -> None:
    found = verdict(parts=UNSURE)
    assert (found.outcome, found.zone, codes(found)) == (Outcome.CONFIRM, "confirm", ["score"])


def test_a_write_below_the_thresholds_asks_a_person() -> None:
    found = verdict(parts=HOPELESS)
    assert (found.outcome, found.zone, codes(found)) == (Outcome.ASK, "human", ["score"])


def test_a_score_exactly_at_a_threshold_reaches_it() -> None:
    found = verdict(parts={"tool_choice": 1.0, "arguments": 1.0, "grounding": 0.85})
    assert found.outcome is Outcome.ALLOW


def test_without_a_middle_band_nobody_confirms() -> None:
    routes = (Route(name="refunds", auto_threshold=0.85),)
    assert judge(call(), facts(parts=UNSURE), ruleset(routes=routes)).outcome is Outcome.ASK


def test_every_write_asks_under_the_shipped_ruleset() -> None:
    found = judge(call(), facts(), default_ruleset())
    assert (found.outcome, found.zone, found.route) == (Outcome.ASK, "human", "helper/refund_order")
    assert codes(found) == ["no_threshold"]


def test_a_read_runs_under_the_shipped_ruleset() -> None:
    found = judge(call(), facts(tool=READ, grounding=None, parts={}, coin=None), default_ruleset())
    assert (found.outcome, found.is_counted, found.reasons) == (Outcome.ALLOW, False, ())


def test_a_destructive_call_asks_with_a_sentence_under_the_shipped_ruleset() -> None:
    found = judge(call(), facts(tool=card(effect=Effect.DESTRUCTIVE)), default_ruleset())
    assert codes(found) == ["rule", "destructive", "no_threshold"]


def test_a_read_that_sends_something_out_is_judged_like_a_write() -> None:
    found = verdict(tool=card(effect=Effect.READ, egress=True), parts=HOPELESS)
    assert (found.outcome, found.is_counted) == (Outcome.ASK, True)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param({"halted": ("everything",)}, "halted", id="halted"),
        pytest.param({"halted": None}, "halted", id="halt unknown"),
        pytest.param({"tool": unknown_tool("refund_order")}, "unknown_tool", id="unknown tool"),
        pytest.param({"tool": card(name="Refund_order")}, "unknown_tool", id="card of another tool"),
        pytest.param({"tool": card(version="2")}, "unknown_tool", id="card of another version"),
        pytest.param({"schema_errors": None}, "schema", id="schema unchecked"),
        pytest.param({"faults": ("orders",)}, "fault", id="a source failed"),
        pytest.param({"agent": ""}, "fault", id="nobody asks"),
        pytest.param({"extra": {"refunded_today": float("nan")}}, "fault", id="odd fact"),
    ],
)
@pytest.mark.parametrize("tool", [pytest.param({}, id="write"), pytest.param({"tool": READ}, id="read")])
def test_what_is_not_known_asks_for_reads_and_writes(change: dict[str, Any], code: str, tool: dict[str, Any]) -> None:
    found = verdict(**{**tool, **change})
    assert (found.outcome, found.zone, found.forced_reason) == (Outcome.ASK, "forced", code)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param({"grounding": None}, "grounding", id="sources unknown"),
        pytest.param({"grounding": ()}, "grounding", id="a source missing"),
        pytest.param({"coin": None}, "audit", id="no coin"),
        pytest.param({"coin": (0.5, 0.1, True)}, "audit", id="a coin that contradicts itself"),
        pytest.param({"tool": card(effect=Effect.DESTRUCTIVE)}, "destructive", id="destructive"),
        pytest.param({"tool": card(reversibility=Reversibility.IRREVERSIBLE)}, "destructive", id="irreversible"),
    ],
)
def test_a_write_asks_at_any_score(change: dict[str, Any], code: str) -> None:
    found = verdict(**change)
    assert (found.outcome, found.zone, found.forced_reason) == (Outcome.ASK, "forced", code)


@pytest.mark.parametrize("source", ["agent", "untrusted_tool"])
def test_a_value_nobody_trusted_said_asks(source: Any) -> None:
    grounding = (*seen()[1:], Grounding(path="order_id", source=source, detail=""))
    found = verdict(grounding=grounding)
    assert (found.outcome, codes(found)) == (Outcome.ASK, ["grounding", "score"])
    assert "order_id" in found.reasons[0].sentence


@pytest.mark.parametrize(
    "part", [None, float("nan"), float("inf"), -0.1, 1.1, True, "0.9", 10**400], ids=lambda part: str(part)[:6]
)
def test_an_odd_part_asks(part: Any) -> None:
    found = verdict(parts={"tool_choice": 1.0, "arguments": 1.0, "grounding": part})
    assert (found.outcome, found.zone, found.score, codes(found)) == (Outcome.ASK, "human", None, ["odd_score"])


def test_arguments_that_do_not_fit_are_refused_with_the_errors() -> None:
    found = verdict(schema_errors=("amount: 'x' is not a number", "order_id is missing"))
    assert (found.outcome, found.forced_reason) == (Outcome.REFUSE, "schema")
    assert "amount: 'x' is not a number; order_id is missing" in found.reasons[0].sentence


def test_the_errors_of_a_schema_are_shown_without_hidden_characters() -> None:
    found = verdict(schema_errors=("amount: '\u202e\x00'" + "x" * 999,) * 9)
    assert "\\u202e\\u0000" in found.reasons[0].sentence
    assert len(found.reasons[0].sentence) < 1_200


def test_the_strictest_rule_wins_and_every_reason_is_kept() -> None:
    rules = [rule(outcome) for outcome in (Outcome.ALLOW, Outcome.CONFIRM, Outcome.REFUSE, Outcome.ASK)]
    found = verdict(*rules)
    outcomes = [reason.outcome.value for reason in found.reasons]
    assert (found.outcome, found.forced_reason) == (Outcome.REFUSE, f"rule:{rules[2].name}")
    assert outcomes == ["refuse", "ask", "confirm", "allow", "allow"]


def test_reasons_of_one_strictness_keep_the_order_of_the_questions() -> None:
    found = verdict(
        rule(Outcome.ASK), halted=("everything",), tool=unknown_tool("refund_order"), schema_errors=None, parts={}
    )
    assert codes(found) == ["halted", "unknown_tool", "schema", "rule", "destructive", "odd_score"]


def test_an_allowing_rule_takes_back_the_question_of_destruction() -> None:
    found = verdict(rule(Outcome.ALLOW), tool=card(effect=Effect.DESTRUCTIVE))
    assert found.outcome is Outcome.ALLOW


def test_an_allowing_rule_that_does_not_apply_takes_nothing_back() -> None:
    found = verdict(rule(Outcome.ALLOW, "args.amount > 1000"), tool=card(effect=Effect.DESTRUCTIVE))
    assert codes(found) == ["destructive", "score"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"parts": HOPELESS}, id="low score"),
        pytest.param({"parts": {}}, id="no score"),
        pytest.param({"grounding": None}, id="sources unknown"),
        pytest.param({"halted": ("agent",)}, id="halted"),
        pytest.param({"tool": unknown_tool("refund_order")}, id="unknown tool"),
        pytest.param({"coin": None}, id="no coin"),
    ],
)
def test_an_allowing_rule_takes_back_nothing_else(change: dict[str, Any]) -> None:
    assert verdict(rule(Outcome.ALLOW), **change).outcome is Outcome.ASK


def test_a_confirming_rule_holds_back_a_sure_write() -> None:
    found = verdict(rule(Outcome.CONFIRM, name="gifts"))
    assert (found.outcome, found.zone, found.forced_reason) == (Outcome.CONFIRM, "forced", "rule:gifts")


def test_a_low_score_under_a_confirming_rule_falls_by_score() -> None:
    found = verdict(rule(Outcome.CONFIRM), parts=HOPELESS)
    assert (found.outcome, found.zone, found.forced_reason) == (Outcome.ASK, "human", "")


def test_a_look_alike_meets_no_rule_of_the_tool_and_asks_as_unknown() -> None:
    name = "Refund\u200b_order"
    action_of_it = action(name, "unknown", ARGUMENTS)
    refusing = rule(Outcome.REFUSE, tools=("refund*",))
    found = judge(action_of_it, facts(tool=unknown_tool(name)), ruleset(refusing))
    assert (found.outcome, found.forced_reason) == (Outcome.ASK, "unknown_tool")
    assert found.route == "helper/Refund\\u200b_order"


def test_the_bytes_are_judged_and_not_what_lies_beside_them() -> None:
    honest = call()
    changed = Action(honest.tool, honest.version, {**honest.arguments, "amount": 1}, honest.payload, honest.sha256)
    found = judge(changed, facts(), ruleset(rule(Outcome.REFUSE, "args.amount > 40")))
    assert found.outcome is Outcome.REFUSE


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param({"payload": b"{"}, id="no JSON"),
        pytest.param({"payload": b'{"arguments":[],"tool":"refund_order","version":"1"}'}, id="no arguments"),
        pytest.param({"sha256": b"x" * 32}, id="another hash"),
        pytest.param({"tool": "cancel_order"}, id="another tool"),
        pytest.param({"payload": None}, id="nothing"),
    ],
)
def test_bytes_that_disagree_with_the_action_ask(broken: dict[str, Any]) -> None:
    honest = call()
    parts = {"payload": honest.payload, "sha256": honest.sha256, "tool": honest.tool, **broken}
    found = judge(Action(parts["tool"], "1", ARGUMENTS, parts["payload"], parts["sha256"]), facts(), ruleset())
    assert (found.outcome, found.forced_reason) == (Outcome.ASK, "fault")


def test_a_verdict_carries_what_labels_need() -> None:
    found = verdict(parts={"tool_choice": 1.0, "arguments": 1.0, "grounding": 0.9, "verifier": None})
    assert (found.route, found.ruleset_version, found.is_counted) == ("refunds", 7, True)
    assert (found.auto_threshold, found.ask_threshold) == (0.85, 0.6)
    assert found.parts == {"tool_choice": 1.0, "arguments": 1.0, "grounding": 0.9}
