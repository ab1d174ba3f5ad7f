"""Conditions as outlines for people, and which of two conditions surely holds more often."""

import pytest

from approvals.domain.gate import Comparison, Joined, outline, widens

WIDER = {
    "the same": ("args.a > 5", "args.a > 5"),
    "a lower bound from below": ("args.a > 500", "args.a > 100"),
    "a lower decimal bound": ("args.a >= 2.5", "args.a >= 1.0"),
    "a higher bound from above": ("args.a < 5", "args.a < 6"),
    "one part of several": ("args.a > 5 && tool.egress", "args.a > 4 && tool.egress"),
    "one part of alternatives": ("args.a > 5 || args.b <= 2", "args.a > 5 || args.b <= 3"),
}
NOT_SURELY = {
    "a higher bound from below": ("args.a > 100", "args.a > 500"),
    "a lower bound from above": ("args.a < 6", "args.a < 5"),
    "under a negation": ("!(args.a > 500)", "!(args.a > 100)"),
    "another fact": ("args.a > 500", "args.b > 100"),
    "another comparison": ("args.a > 500", "args.a >= 500"),
    "a whole and a decimal bound": ("args.a > 500", "args.a > 100.0"),
    "texts": ("args.a > 'b'", "args.a > 'a'"),
    "one part fewer": ("args.a > 5 && tool.egress", "args.a > 5"),
    "other joints": ("args.a > 5 && args.b > 5", "args.a > 5 || args.b > 5"),
    "equality": ("args.a == 5", "args.a == 4"),
    "what cannot be read": ("args.a >", "args.a >="),
}
OUTLINES = {
    "args.amount > 100": Comparison(("args", "amount"), ">", ("100",)),
    "tool.effect == 'destructive'": Comparison(("tool", "effect"), "==", ("destructive",), is_text=True),
    "args.kind in ['a', 'b']": Comparison(("args", "kind"), "in", ("a", "b"), is_text=True),
    "args.to.endsWith('.test')": Comparison(("args", "to"), "endsWith", (".test",), is_text=True),
    "!has(args.note)": Comparison(("args", "note"), "absent"),
    "has(args.note) && tool.egress == true": Joined(
        "&&", (Comparison(("args", "note"), "has"), Comparison(("tool", "egress"), "==", ("true",)))
    ),
}
WITHOUT = (
    "args.a + 1 > 2",
    "args.items.exists(i, i.price > 3)",
    "args.a > args.b",
    "args.a ? true : false",
    "args.a >",
)


@pytest.mark.parametrize(("narrow", "wide"), WIDER.values(), ids=WIDER)
def test_it_surely_holds_more_often(narrow: str, wide: str) -> None:
    assert widens(narrow, wide)


@pytest.mark.parametrize(("narrow", "wide"), NOT_SURELY.values(), ids=NOT_SURELY)
def test_it_is_not_said_to_hold_more_often(narrow: str, wide: str) -> None:
    assert not widens(narrow, wide)


@pytest.mark.parametrize(("text", "found"), OUTLINES.items(), ids=OUTLINES)
def test_a_condition_of_comparisons_has_an_outline(text: str, found: object) -> None:
    assert outline(text) == found


@pytest.mark.parametrize("text", WITHOUT)
def test_anything_else_has_none(text: str) -> None:
    assert outline(text) is None
