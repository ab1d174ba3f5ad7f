"""Rows of a difference say where the agent had each value from."""

import pytest

from approvals.domain.evidence import Change, Grounding, Preview
from approvals.gating.grounding.telling import told

ARGUMENTS = {"order_id": "#W1", "reason": "mistake", "method": "card_9"}


def row(after: str, source: str = "effect of the call") -> Preview:
    """A preview with one changed field."""
    return Preview(affects="", goes_to="", changes=(Change(field="f", now=None, after=after, source=source),))


@pytest.mark.parametrize(
    ("grounding", "sentence", "is_flagged"),
    [
        (Grounding(path="reason", source="user", detail="customer"), "the customer's words", False),
        (Grounding(path="reason", source="tool", detail="get_order"), "get_order", False),
        (Grounding(path="reason", source="agent", detail=""), "agent only, in no tool result", True),
        (Grounding(path="reason", source="untrusted_tool", detail="mail"), "mail, untrusted", False),
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
