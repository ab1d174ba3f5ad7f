"""One value is exchanged, wherever the evidence shows it and nowhere else."""

from typing import Any

import pytest

from approvals.domain.evidence import Change, Grounding
from approvals.domain.label.corruption import Corruption, corruptions
from tests.web.review import papers


def made(donors: dict[str, list[Any]] | None = None) -> dict[str, Corruption]:
    """The exchanges of a refund, by field."""
    return {one.path: one for one in corruptions(papers.refund(), donors or {})}


def test_a_number_gets_two_digits_exchanged_everywhere() -> None:
    found = made()["amount"]
    assert (found.before, found.after, found.arguments["amount"]) == ("1840.00", "8140.00", "8140.00")
    assert found.title == "Refund €8,140.00 to card ending 4417"
    assert found.preview.affects == "1 customer, €8,140.00"
    assert found.preview.changes[0].after == "8,140.00 EUR"
    assert found.preview.typed_fact is not None
    assert found.preview.typed_fact.value == "8140.00"


def test_what_is_there_now_stays() -> None:
    found = made()["amount"]
    assert [row.now for row in found.preview.changes] == [row.now for row in papers.refund().material.preview.changes]


def test_a_value_of_another_call_is_taken_before_one_is_made_up() -> None:
    assert made({"amount": ["93.50"]})["amount"].after == "93.50"


def test_no_more_than_one_field_differs() -> None:
    before = papers.refund().arguments
    for path, found in made({"payment": ["pay_other"], "reason": ["fraud"], "amount": ["93.50"]}).items():
        assert {name for name in before if before[name] != found.arguments[name]} == {path}


def test_a_value_that_nobody_could_see_is_not_exchanged() -> None:
    assert "payment" not in made({"payment": ["pay_other"]})


def test_part_of_a_longer_number_is_no_place_of_the_value() -> None:
    value = papers.tagging("Tag 38 tickets, 138 others").model_copy(update={"arguments": {"count": 38}})
    (found,) = corruptions(value, {"count": [51]})
    assert found.title == "Tag 51 tickets, 138 others"


def test_text_for_others_to_read_stays() -> None:
    value = papers.refund().model_copy(
        update={"grounding": (Grounding(path="amount", source="user", detail="", role="text"),)}
    )
    assert "amount" not in {one.path for one in corruptions(value, {})}


@pytest.mark.parametrize("donor", [True, None, 1840.0, "1840.00", ""], ids=repr)
def test_a_value_of_another_kind_or_the_same_one_is_none(donor: Any) -> None:
    assert made({"amount": [donor]})["amount"].after == "8140.00"


def test_what_the_tool_lists_stays() -> None:
    value = papers.refund()
    schema = {"properties": {"amount": {"enum": ["1840.00", "93.50"]}}}
    value = value.model_copy(update={"tool": value.tool.model_copy(update={"parameters": schema})})
    assert list(corruptions(value, {"amount": ["93.50"]})) == []


def test_arguments_in_lists_are_exchanged_in_their_place() -> None:
    value = papers.tagging("Return item 111 and 222").model_copy(update={"arguments": {"ids": ["111", "222"]}})
    preview = value.material.preview.model_copy(
        update={"changes": (Change(field="i", now=None, after="222", source=""),)}
    )
    value = value.model_copy(update={"material": value.material.model_copy(update={"preview": preview})})
    found = {one.path: one for one in corruptions(value, {"ids.1": ["333"]})}
    assert (found["ids.1"].arguments, found["ids.1"].preview.changes[0].after) == ({"ids": ["111", "333"]}, "333")
