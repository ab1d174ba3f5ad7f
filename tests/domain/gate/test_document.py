"""Rulesets as documents: what is read, what is refused with its place, and that nothing changes on the way."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.domain.errors import BadRuleset
from approvals.domain.gate import (
    Decide,
    Route,
    Rule,
    Ruleset,
    Weights,
    check,
    default_ruleset,
    dump_ruleset,
    parse_ruleset,
)
from approvals.domain.verdict import Outcome

GOOD = """
version: 3
name: shop
routes:
  - name: refunds
    agents: [helper*]
    tools: ["refund_*"]
    auto_threshold: 0.85
    ask_threshold: 0.6
rules:
  - name: large-refund
    tools: [refund_order]
    when: args.amount > 500
    outcome: ask
    sentence: It is more than a clerk may refund.
"""
BAD = [
    ("", "version: 3", "", "version: this field is missing"),
    ("version: 3", "version: true", "version (line 2)", "valid integer"),
    ("version: 3", "version: 0", "version (line 2)", "greater than or equal to 1"),
    ("name: shop", "name: shop\nhopes: []", "hopes (line 4)", "this field does not exist"),
    ("name: shop", "name: on the/way", "name (line 3)", "should match"),
    ("0.85", "1.5", "routes[0].auto_threshold (line 8)", "less than or equal to 1"),
    ("0.85", ".nan", "routes[0].auto_threshold (line 8)", "valid number"),
    ("0.85", "true", "routes[0].auto_threshold (line 8)", "valid number"),
    ("0.85", "0.5", "routes[0] (line 5)", "ask_threshold needs an auto_threshold at or above it"),
    ("0.85", "null", "routes[0] (line 5)", "ask_threshold needs an auto_threshold"),
    ("0.6", "0.6\n    coin_rate: 0.01", "routes[0].coin_rate (line 10)", "greater than or equal to 0.02"),
    ("[refund_order]", "[]", "rules[0].tools (line 12)", "at least 1 item"),
    ("args.amount > 500", "amount > 500", "rules[0].when (line 13)", "unknown name amount"),
    ("args.amount > 500", "args.amount > 500 ||", "rules[0].when (line 13)", "ends too early"),
    ("outcome: ask", "outcome: block", "rules[0].outcome (line 14)", "'allow', 'confirm', 'ask' or 'refuse'"),
    ("outcome: ask", "outcome: ask\n    outcome: allow", "Line 15", "outcome is given twice"),
    ("It is more", "It is \u200b more", "rules[0].sentence (line 15)", "hidden characters"),
    ("rules:", "rules: &a", "", ""),
    ("name: shop", "name: *a", "Line 3", "aliases cannot be used"),
    ("name: shop", "name: !!python/object:os.system x", "Line 3", "cannot be used"),
    ("name: shop", "name: [", "Line 5", "expected"),
    (
        "name: shop",
        "name: shop\ndecide: {undo_seconds: 61}",
        "decide.undo_seconds (line 4)",
        "less than or equal to 60",
    ),
    ("name: shop", "name: shop\ndecide: {roles: []}", "decide.roles (line 4)", "at least 1 item"),
    ("name: shop", "name: shop\nweights: {charm: 1}", "weights.charm (line 4)", "this field does not exist"),
]


def test_a_ruleset_is_read_from_yaml() -> None:
    ruleset = parse_ruleset(GOOD)
    assert (ruleset.version, ruleset.routes[0].auto_threshold, ruleset.rules[0].outcome) == (3, 0.85, Outcome.ASK)
    assert (ruleset.decide.minutes, ruleset.decide.undo_seconds, ruleset.routes[0].coin_rate) == (60, 10, 0.1)


def test_the_same_ruleset_is_read_from_json() -> None:
    text = json.dumps(parse_ruleset(GOOD).model_dump(mode="json"), indent="\t")
    assert parse_ruleset(text) == parse_ruleset(GOOD)


@pytest.mark.parametrize(
    ("old", "new", "place", "reason"), BAD[1:17] + BAD[18:], ids=[bad[1][:40] for bad in BAD[1:17] + BAD[18:]]
)
def test_a_bad_ruleset_is_refused_with_place_and_reason(old: str, new: str, place: str, reason: str) -> None:
    with pytest.raises(BadRuleset) as refused:
        parse_ruleset(GOOD.replace(old, new, 1))
    assert place in refused.value.detail
    assert reason in refused.value.detail


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "7",
        "'",
        "{",
        "\x00",
        "\ud800",
        "- " * 5_000,
        "[" * 5_000,
        '{"a":' * 5_000,
        "a: 1\na: 2",
        "x" * 256_001,
    ],
    ids=lambda text: repr(text[:8]),
)
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(BadRuleset):
        parse_ruleset(text)


@pytest.mark.parametrize("opening", ["[", "{a: ", '{"a":', "[{b: "])
def test_what_is_nested_beyond_sense_is_refused_before_it_is_read(opening: str) -> None:
    with pytest.raises(BadRuleset, match="Line 2: it is nested more than 50 deep"):
        parse_ruleset("name: x\nrules: " + opening * 20_000)


def test_a_key_given_twice_in_json_is_refused() -> None:
    with pytest.raises(BadRuleset, match="version is given twice"):
        parse_ruleset('{"version": 1, "version": 2, "name": "x"}')


def test_two_rules_of_one_name_are_refused() -> None:
    with pytest.raises(BadRuleset, match="the name large-refund is used twice"):
        parse_ruleset(GOOD + GOOD.partition("rules:\n")[2])


def test_words_that_old_yaml_would_change_stay_words() -> None:
    ruleset = parse_ruleset("version: 1\nname: no\nroutes: [{name: on, tenant: 2024-01-05, tools: ['*']}]")
    assert (ruleset.name, ruleset.routes[0].name, ruleset.routes[0].tenant) == ("no", "on", "2024-01-05")


def test_the_shipped_ruleset_lets_nothing_run_alone() -> None:
    assert (default_ruleset().name, default_ruleset().routes) == ("every-write-asks", ())


def test_a_ruleset_made_around_the_checks_is_found_by_check() -> None:
    broken = Rule.model_construct(name="x", tools=("*",), agents=None, when="oops", outcome=Outcome.ASK, sentence="x")
    with pytest.raises(BadRuleset, match=r"rules\[0\].when: unknown name oops"):
        check(Ruleset.model_construct(version=1, name="x", routes=(), rules=(broken,)))


NAMES = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9 ._-]{0,20}\Z")
GLOBS = st.lists(st.text(min_size=1, max_size=8).filter(lambda text: text.isprintable()), min_size=1, max_size=3).map(
    tuple
)
SENTENCES = st.text(st.characters(codec="ascii", exclude_categories=["C"]), min_size=1, max_size=60).filter(str.strip)
ROUTES = st.builds(
    lambda name, globs, tenant, cuts, rate: Route(
        name=name,
        agents=globs,
        tools=globs,
        tenant=tenant,
        auto_threshold=cuts[1],
        ask_threshold=cuts[0],
        coin_rate=rate,
    ),
    NAMES,
    GLOBS,
    st.none() | NAMES,
    st.lists(st.floats(0, 1), min_size=2, max_size=2).map(sorted),
    st.floats(0.02, 1),
)
RULES = st.builds(
    Rule,
    name=NAMES,
    tools=GLOBS,
    agents=st.none() | GLOBS,
    when=st.sampled_from(["", "args.amount > 1", "args.note == '1e5'\n  && true // so"]),
    outcome=st.sampled_from(Outcome),
    sentence=SENTENCES,
)
RULESETS = st.builds(
    Ruleset,
    version=st.integers(1, 10**9),
    name=NAMES,
    routes=st.lists(ROUTES, max_size=3, unique_by=lambda one: one.name).map(tuple),
    rules=st.lists(RULES, max_size=3, unique_by=lambda one: one.name).map(tuple),
    weights=st.builds(Weights, agreement=st.none() | st.floats(0.01, 10)),
    decide=st.builds(Decide, minutes=st.integers(1, 43_200), undo_seconds=st.integers(0, 60)),
)


@given(RULESETS)
def test_a_ruleset_written_and_read_again_is_the_same(ruleset: Ruleset) -> None:
    assert parse_ruleset(dump_ruleset(ruleset)) == ruleset


@given(st.text(alphabet=st.sampled_from("version: nam3\n-[]{}!&*'\"|>#%@\t"), max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    with pytest.raises(BadRuleset):
        parse_ruleset(text)
