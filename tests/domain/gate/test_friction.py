"""What an approval takes: of its class and of every rule that spoke, the strictest of each; less of it loosens."""

import pytest

from approvals.domain.decision import with_fact
from approvals.domain.errors import BadRuleset
from approvals.domain.escalation import Friction
from approvals.domain.evidence import Preview, TypedFact
from approvals.domain.gate import Ruleset, dump_ruleset, friction_of, parse_ruleset
from approvals.domain.tool import Reversibility
from approvals.domain.verdict import Outcome, Reason
from approvals.learning import tuning
from approvals.learning.tuning.loosening import loosenings

RULES = """
version: 1
name: tests
rules:
  - {name: large, tools: [refund], when: args.amount > 100, outcome: ask, sentence: Much., friction: {persons: 2}}
  - {name: far, tools: ["*"], outcome: ask, sentence: Far away., friction: {delay_seconds: 9, typed: [amount, to.name]}}
decide:
  friction:
    costly: {delay_seconds: 5}
    irreversible: {step_up: true, delay_seconds: 20}
"""


def rules(text: str = RULES, **changes: str) -> Ruleset:
    """The rules above, with other words in them."""
    for before, after in changes.items():
        assert before in text
        text = text.replace(before, after)
    return parse_ruleset(text)


def reason(name: str, code: str = "rule") -> Reason:
    """A rule that spoke."""
    return Reason(code=code, outcome=Outcome.ASK, sentence="It asks.", rule=name)


@pytest.mark.parametrize(
    ("risk", "spoke", "wanted"),
    [
        (Reversibility.REVERSIBLE, (), Friction()),
        (Reversibility.COSTLY, (), Friction(delay_seconds=5)),
        (Reversibility.COSTLY, (reason("large"),), Friction(delay_seconds=5, persons=2)),
        (Reversibility.REVERSIBLE, (reason("large", "fault"),), Friction(persons=2)),
        (Reversibility.REVERSIBLE, (reason("large", "limit"),), Friction()),
        (
            Reversibility.IRREVERSIBLE,
            (reason("far"), reason("large")),
            Friction(persons=2, delay_seconds=20, step_up=True, typed=("amount", "to.name")),
        ),
    ],
    ids=["nothing", "class", "class and rule", "a rule that failed", "a limit of the same name", "the strictest"],
)
def test_it_is_the_strictest_of_all_that_spoke(
    risk: Reversibility, spoke: tuple[Reason, ...], wanted: Friction
) -> None:
    assert friction_of(rules(), risk, spoke) == wanted


def test_it_comes_back_from_the_document_as_it_went_in() -> None:
    assert parse_ruleset(dump_ruleset(rules())) == rules()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("persons: 2", "persons: 9", r"rules\[0\]\.friction\.persons \(line 5\)"),
        ("delay_seconds: 9", "delay_seconds: -1", r"rules\[1\]\.friction\.delay_seconds \(line 6\)"),
        ("step_up: true", "step_up: 1", r"decide\.friction\.irreversible\.step_up \(line 10\)"),
        ("costly:", "cheap:", r"decide\.friction\.cheap \(line 9\): this field does not exist"),
        ("to.name", "to name", r"rules\[1\]\.friction\.typed\[1\] \(line 6\)"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(before: str, after: str, said: str) -> None:
    with pytest.raises(BadRuleset, match=said):
        rules(**{before: after})


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        ("persons: 2", "persons: 1", {"rule_friction"}),
        ("persons: 2", "persons: 3", set()),
        ("delay_seconds: 5", "delay_seconds: 4", {"class_friction"}),
        ("step_up: true, ", "", {"class_friction"}),
        ("typed: [amount, to.name]", "typed: [amount]", {"rule_friction"}),
        ("typed: [amount, to.name]", "typed: [to.name, amount]", set()),
        ("friction: {persons: 2}", "friction: {separate: true, delay_seconds: 9}", {"rule_friction"}),
        ("when: args.amount > 100, outcome", "when: args.amount > 50, outcome", set()),
        ("when: args.amount > 100, outcome", "when: args.amount > 200, outcome", {"rule_friction"}),
        ("tools: [refund]", 'tools: ["*"]', set()),
    ],
)
def test_less_of_it_loosens_and_more_tightens(before: str, after: str, kinds: set[str]) -> None:
    found = loosenings(rules(), rules(**{before: after}))
    assert {one.kind for one in found} == kinds


def test_a_change_is_told() -> None:
    (change,) = tuning.changes(rules(), rules(**{"delay_seconds: 5": "persons: 3"}))
    assert (change.what, change.name, change.friction) == ("friction", "costly", Friction(persons=3))


@pytest.mark.parametrize(
    ("arguments", "label", "value"),
    [
        ({"amount": 12.5, "to": {"name": "Ann"}}, "amount", "12.5"),
        ({"to": {"name": "Ann"}}, "to.name", "Ann"),
        ({"amount": True, "to": "Ann"}, "tool", "refund"),
        ({"amount": "  "}, "tool", "refund"),
    ],
    ids=["the first", "the next", "neither is a value", "empty"],
)
def test_what_the_rules_want_typed_varies_by_case(arguments: dict[str, object], label: str, value: str) -> None:
    friction = Friction(typed=("amount", "to.name"))
    fact = with_fact(Preview(affects="", goes_to=""), friction, arguments, tool="refund").typed_fact
    assert fact is not None
    assert (fact.label, fact.value) == (label, value)


def test_what_the_tool_asks_for_comes_first() -> None:
    own = TypedFact(label="the order", value="#W1")
    preview = Preview(affects="", goes_to="", typed_fact=own)
    assert with_fact(preview, Friction(typed=("amount",)), {"amount": 1}, tool="refund").typed_fact == own
