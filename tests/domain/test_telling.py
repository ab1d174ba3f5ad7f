"""Rows of a difference say where the agent had each value from."""

import pytest

from approvals.domain.evidence import Change, Grounding, Preview
from approvals.gating.grounding.telling import sentence as sentence_of
from approvals.gating.grounding.telling import told

ARGUMENTS = {"order_id": "#W1", "reason": "mistake", "method": "card_9"}


def row(after: str, source: str = "effect of the call") -> Preview:
    """A preview with one changed field."""
    return Preview(affects="", goes_to="", changes=(Change(field="f", now=None, after=after, source=source),))


@pytest.mark.parametrize(
    ("grounding", "sentence", "is_flagged"),
    [
        (
            Grounding(path="reason", source="user", detail="customer"),
            "the same word occurs in what the customer said",
            False,
        ),
        (Grounding(path="reason", source="tool", detail="get_order"), "the same word occurs in get_order", False),
        (Grounding(path="reason", source="agent", detail=""), "agent only, in no tool result", True),
        (
            Grounding(path="reason", source="untrusted_tool", detail="mail"),
            "the same word occurs only in untrusted text of mail",
            True,
        ),
        (
            Grounding(path="reason", source="referred", detail="mail"),
            "the same word occurs in untrusted text of mail, in an entry that the customer named",
            True,
        ),
        (Grounding(path="reason", source="agent", detail="", role="text"), "written by the agent", False),
    ],
    ids=lambda value: str(getattr(value, "source", "")),
)
def test_a_row_takes_the_source_of_its_argument(grounding: Grounding, sentence: str, is_flagged: bool) -> None:
    change = told(row("mistake"), ARGUMENTS, [grounding]).changes[0]
    assert (change.source, change.is_flagged) == (sentence, is_flagged)


def test_what_the_call_causes_stays_an_effect() -> None:
    seen = [Grounding(path="reason", source="user", detail="customer")]
    assert told(row("cancelled"), ARGUMENTS, seen).changes[0].source == "effect of the call"


def test_what_the_tool_explained_itself_stays() -> None:
    seen = [Grounding(path="reason", source="agent", detail="")]
    assert told(row("mistake", "the order"), ARGUMENTS, seen).changes[0].source == "the order"


def test_of_two_sources_of_one_value_the_worse_is_told() -> None:
    same = {"a": "x", "b": "x"}
    seen = [Grounding(path="a", source="agent", detail=""), Grounding(path="b", source="user", detail="customer")]
    assert told(row("x"), same, seen).changes[0].is_flagged


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("#W2378156", "the same id is"),
        ("1151293680", "the same id is"),
        ("mia@example.test", "the same id is"),
        ("12 Elm Street", "the same words occur"),
        ("1,840.00", "the same number occurs"),
        (7, "the same number occurs"),
        ("Denver", "the same word occurs"),
    ],
    ids=str,
)
def test_an_identifier_is_told_from_words_that_occur_by_chance(value: object, said: str) -> None:
    assert sentence_of(Grounding(path="a", source="tool", detail="get_order"), value) == f"{said} in get_order"
