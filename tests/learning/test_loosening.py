"""Whether other rules could let through what asked before: told from the documents, and careful where it cannot be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.domain.action import action
from approvals.domain.gate import Route, Rule, Ruleset, judge, route_of
from approvals.domain.tool import Effect
from approvals.domain.verdict import Outcome
from approvals.learning.tuning import is_loosening, loosenings
from tests.domain.gate import cases
from tests.learning.calls import rules

CUT = "{name: a, tools: [t], auto_threshold: 0.85, ask_threshold: 0.6}"
NONE = "{name: a, tools: [t]}"
WIDE = "{name: w, auto_threshold: 0.9}"
ASK_RULE = 'rules: [{name: r, tools: ["*"], outcome: ask, sentence: s}]'
ASK_RULE_RENAMED = 'rules: [{name: other, tools: ["*"], outcome: ask, sentence: said otherwise}]'
REFUSE_RULE = 'rules: [{name: r, tools: ["*"], outcome: refuse, sentence: s}]'
ALLOW_RULE = "rules: [{name: r, tools: [t], outcome: allow, sentence: s}]"
OVER_500 = "rules: [{name: r, tools: [t], when: args.amount > 500, outcome: ask, sentence: s}]"
OVER_100 = OVER_500.replace("500", "100")
WIDE_OVER_100 = OVER_100.replace("[t]", '["*"]')
LIMIT = "limits: [{name: a, resource: calls, per: day, most: 5}]"
CONFIRM_500, CONFIRM_100 = (rule.replace("ask", "confirm") for rule in (OVER_500, OVER_100))
ALLOW_WHEN = "rules: [{name: r, tools: [t], when: args.amount < 5, outcome: allow, sentence: s}]"


def cut(auto: float, ask: float | None = None, **more: object) -> str:
    """One route for the tool t with these thresholds."""
    extra = "".join(f", {name}: {value}" for name, value in more.items())
    return (
        f"{{name: a, tools: [t], auto_threshold: {auto}{f', ask_threshold: {ask}' if ask is not None else ''}{extra}}}"
    )


LOOSER = {
    "another score where calls run alone": (CUT, CUT.replace("}", ", weights: {agreement: 1}}")),
    "a lower auto threshold": (CUT, cut(0.84, 0.6)),
    "a lower ask threshold": (CUT, cut(0.85, 0.59)),
    "a higher auto with a lower ask threshold": (CUT, cut(0.9, 0.59)),
    "a first threshold": (NONE, CUT),
    "a first middle band": (cut(0.85), CUT),
    "a new route with thresholds": ("", CUT),
    "a new route in front of a stricter one": (WIDE, f"{CUT}, {WIDE}"),
    "a lower audit rate": (cut(0.85, coin_rate=0.2), cut(0.85, coin_rate=0.1)),
    "a stricter route taken away before a milder one": (f"{{name: x, tools: [t]}}, {WIDE}", WIDE),
    "a stricter route moved behind a milder one": (
        f"{{name: x, tools: [t]}}, {WIDE}",
        f"{WIDE}, {{name: x, tools: [t]}}",
    ),
    "thresholds for more tools": (CUT, "{name: a, tools: [t, u], auto_threshold: 0.85, ask_threshold: 0.6}"),
    "globs nobody can compare": (
        '{name: a, tools: ["x*"], auto_threshold: 0.8}',
        '{name: a, tools: ["x?"], auto_threshold: 0.8}',
    ),
    "thresholds for every tenant": (cut(0.85, tenant="'1'"), cut(0.85)),
}
TIGHTER = {
    "another score where nothing runs alone": (NONE, NONE.replace("}", ", weights: {agreement: 1}}")),
    "the same": (CUT, CUT),
    "a milder route behind a stricter one, as before": (f"{cut(0.95)}, {WIDE}", f"{cut(0.95)}, {WIDE}"),
    "a higher auto threshold": (CUT, cut(0.86, 0.6)),
    "a higher ask threshold": (CUT, cut(0.85, 0.61)),
    "no thresholds any more": (CUT, NONE),
    "no middle band any more": (CUT, cut(0.85)),
    "a middle band where calls ran alone": (cut(0.6), CUT),
    "a middle band of nothing": (cut(0.85), cut(0.85, 0.85)),
    "the route taken away": (CUT, ""),
    "a new route without thresholds": ("", NONE),
    "a new route without thresholds in front": (WIDE, f"{NONE}, {WIDE}"),
    "a new stricter route for one of many tools": (WIDE, f"{cut(0.95)}, {WIDE}"),
    "thresholds for fewer tools": ("{name: a, tools: [t, u], auto_threshold: 0.85}", cut(0.85)),
    "another name for the same calls": (cut(0.85), "{name: b, tools: [t], auto_threshold: 0.85}"),
    "routes that share no call in another order": (
        f"{CUT}, {{name: u, tools: [u]}}",
        f"{{name: u, tools: [u]}}, {CUT}",
    ),
    "a higher audit rate": (cut(0.85, coin_rate=0.1), cut(0.85, coin_rate=0.2)),
}


@pytest.mark.parametrize(("before", "after"), LOOSER.values(), ids=LOOSER)
def test_it_is_loosening(before: str, after: str) -> None:
    assert is_loosening(rules(before), rules(after))


@pytest.mark.parametrize(("before", "after"), TIGHTER.values(), ids=TIGHTER)
def test_it_is_not_loosening(before: str, after: str) -> None:
    assert not is_loosening(rules(before), rules(after))


OTHER = {
    "a rule that asks is gone": (ASK_RULE, "", True),
    "a rule that asks is new": ("", ASK_RULE, False),
    "a rule that asks has another name and sentence": (ASK_RULE, ASK_RULE_RENAMED, False),
    "what was asked is refused": (ASK_RULE, REFUSE_RULE, False),
    "what was refused is asked": (REFUSE_RULE, ASK_RULE, True),
    "a rule that allows is new": ("", ALLOW_RULE, True),
    "a rule that allows is gone": (ALLOW_RULE, "", False),
    # Where its condition could not be judged the call asked.
    "a rule that allows on a condition is gone": (ALLOW_WHEN, "", True),
    "a rule that allows for a narrower reason": (ALLOW_RULE, ALLOW_WHEN, True),
    "other weights": ("", "weights: {tool_choice: 0.6}", True),
    "values from nowhere where it can be taken back": ("", "grounding: lenient", True),
    "values from nowhere no more": ("grounding: lenient", "", False),
    "a limit that asks earlier": (OVER_500, OVER_100, False),
    "a limit that asks later": (OVER_100, OVER_500, True),
    "a limit that asks earlier of more tools": (OVER_500, WIDE_OVER_100, False),
    "a limit of fewer tools": (WIDE_OVER_100, OVER_100, True),
    "what asked on a condition always asks": (OVER_500, ASK_RULE, False),
    # Where the condition cannot be judged a person was asked, and the end user would be.
    "a limit from which the end user is asked earlier": (CONFIRM_500, CONFIRM_100, True),
    "a limit that is gone": (LIMIT, "", True),
    "a limit that is new": ("", LIMIT, False),
    "a lower limit": (LIMIT, LIMIT.replace("5", "4"), False),
    "a higher limit": (LIMIT, LIMIT.replace("5", "6"), True),
    "a limit under another name": (LIMIT, LIMIT.replace("name: a", "name: b"), False),
    # It would begin to count at nothing.
    "a limit for more tools": (LIMIT.replace("per", "tools: [t], per"), LIMIT, True),
    "days that begin at another time": (LIMIT, f"{LIMIT}\ntime_zone: Asia/Tokyo", True),
    "another time zone without limits": ("", "time_zone: Asia/Tokyo", False),
    "less time to undo": ("", "decide: {undo_seconds: 0}", True),
    "more time to undo": ("", "decide: {undo_seconds: 60}", False),
    "more time to decide": ("", "decide: {minutes: 61}", True),
    "less time to decide": ("", "decide: {minutes: 5}", False),
    "more roles": ("", "decide: {roles: [reviewer, admin, auditor]}", True),
    "fewer roles": ("", "decide: {roles: [admin]}", False),
}


@pytest.mark.parametrize(("before", "after", "is_looser"), OTHER.values(), ids=OTHER)
def test_of_everything_else(before: str, after: str, is_looser: bool) -> None:
    assert is_loosening(rules(more=before), rules(more=after)) is is_looser


NAMED = {
    "a threshold": (CUT, cut(0.84, 0.6), "", "", [("auto", "a", 0.85, 0.84)]),
    "a rule that is gone": ("", "", ASK_RULE, "", [("rule_gone", "r", None, None)]),
    "a rule that stops less": ("", "", OVER_100, OVER_500, [("stops_less", "r", None, None)]),
    "a rule that allows": ("", "", "", ALLOW_RULE, [("allows", "r", None, None)]),
    "undoing": ("", "", "", "decide: {undo_seconds: 0}", [("undo", "", 10, 0)]),
}


@pytest.mark.parametrize(("before", "after", "old", "new", "found"), NAMED.values(), ids=NAMED)
def test_what_loosens_is_named(before: str, after: str, old: str, new: str, found: list[object]) -> None:
    said = loosenings(rules(before, old), rules(after, new))
    assert [(one.kind, one.name, one.before, one.after) for one in said] == found


GLOBS = st.sampled_from(["*", "t", "u", "t*", "?", "[tu]"])
AMOUNTS = st.sampled_from([0, 5, 50.5, "many", None])
LIMITS = st.sampled_from(["", "args.amount > 5", "args.amount > 50", "args.amount < 50", "!(args.amount > 5)"])


@st.composite
def some_rules(draw: st.DrawFn) -> Ruleset:
    """Up to two rules over one amount."""
    made = [
        Rule(name=name, tools=(draw(GLOBS),), when=draw(LIMITS), outcome=draw(st.sampled_from(Outcome)), sentence="s")
        for name in draw(st.sampled_from(["", "a", "ab"]))
    ]
    return Ruleset(version=1, name="tests", rules=tuple(made), routes=(Route(name="r", auto_threshold=0.5),))


@given(before=some_rules(), after=some_rules(), amount=AMOUNTS)
def test_rules_called_tightening_are_milder_to_no_call(before: Ruleset, after: Ruleset, amount: object) -> None:
    if is_loosening(before, after):
        return
    arguments = {} if amount is None else {"amount": amount}
    for tool in "tux":
        called = action(tool, "1", arguments)
        known = cases.facts(tool=cases.card(name=tool, effect=Effect.DESTRUCTIVE), grounding=cases.seen(arguments))
        old, new = (judge(called, known, one).outcome for one in (before, after))
        assert new.strictness >= old.strictness


SHARES = st.sampled_from([None, 0.5, 0.7, 0.9])


@st.composite
def some_routes(draw: st.DrawFn) -> Ruleset:
    """Up to three routes over a few globs."""
    made = []
    for name in draw(st.sampled_from([(), ("a",), ("a", "b"), ("a", "b", "c"), ("b", "a")])):
        auto = draw(SHARES)
        ask = draw(st.sampled_from([None, 0.4, auto])) if auto is not None else None
        tools = draw(st.lists(GLOBS, min_size=1, max_size=2))
        made.append(Route(name=name, tools=tuple(tools), agents=(draw(GLOBS),), auto_threshold=auto, ask_threshold=ask))
    return Ruleset(version=1, name="tests", routes=tuple(made))


@given(before=some_routes(), after=some_routes())
def test_whatever_is_called_tightening_lets_no_call_through_that_asked(before: Ruleset, after: Ruleset) -> None:
    if is_loosening(before, after):
        return
    for tool, agent in [(tool, agent) for tool in "tuvx" for agent in ("t", "u", "x", "tt")]:
        old, new = (route_of(one, agent=agent, tool=tool) for one in (before, after))
        assert floor_of(new.auto_threshold) >= floor_of(old.auto_threshold)
        assert floor_of(new.ask_threshold, new.auto_threshold) >= floor_of(old.ask_threshold, old.auto_threshold)


def floor_of(*cuts: float | None) -> float:
    """The first of these that is a number; nothing reaches 2."""
    return next((cut for cut in cuts if cut is not None), 2.0)
