"""What is known of the objects that a call names: found, whose, and what would change."""

import json
from typing import Any

import pytest

from approvals.gating.grounding import Index, Source, echo
from approvals.gating.objects import survey

ORDER = {"order_id": "#W1", "user_id": "mia_1", "status": "pending", "total": 40, "note": "status: delivered"}


def returned(value: Any, *, given: dict[str, Any] | None = None, is_structured: bool = True) -> Source:
    """What a tool gave back."""
    text = value if isinstance(value, str) else json.dumps(value)
    return Source("untrusted_tool", "lookup", text, is_structured=is_structured, echoed=echo(given or {}))


def said(text: str) -> Source:
    return Source("user", "customer", text)


def test_an_object_is_what_a_tool_returned_under_its_id() -> None:
    found = survey(
        {"order_id": "#W1"}, Index([said("I am mia_1"), returned([{"order_id": "#W2", "status": "x"}, ORDER])])
    )
    assert found.objects["order_id"]["status"] == "pending"
    assert found.facts == {"object_unread": False, "object_foreign": False}


def test_the_newest_answer_counts() -> None:
    index = Index([said("mia_1"), returned(ORDER), returned({**ORDER, "status": "cancelled"})])
    assert survey({"order_id": "#W1"}, index).objects["order_id"]["status"] == "cancelled"


def test_what_was_asked_for_by_an_id_is_the_object_of_it() -> None:
    index = Index([returned({"name": "Mia", "tier": "gold"}, given={"user_id": "mia_1"})])
    assert survey({"user_id": "mia_1"}, index).objects["user_id"]["tier"] == "gold"


def test_numbers_stay_numbers() -> None:
    assert survey({"order_id": "#W1"}, Index([returned(ORDER)])).objects["order_id"]["total"] == 40


@pytest.mark.parametrize(
    "source",
    [
        said(json.dumps(ORDER)),
        returned(json.dumps(ORDER), is_structured=False),
        returned({"body": json.dumps(ORDER)}),
        returned("the order #W1 is pending"),
        returned({"order_id": "#W10", "status": "pending"}),
        returned({"order_id": "#W1"}),
    ],
    ids=["the user", "a text", "a text in a result", "prose", "another id", "nothing but the id"],
)
def test_nobody_but_a_record_says_what_an_object_is(source: Source) -> None:
    found = survey({"order_id": "#W1"}, Index([source]))
    assert found.objects == {}
    assert found.facts["object_unread"]


def test_what_anybody_may_have_written_is_no_part_of_it() -> None:
    assert "note" not in survey({"order_id": "#W1"}, Index([returned(ORDER)])).objects["order_id"]


def test_an_object_of_somebody_else_is_foreign() -> None:
    assert survey({"order_id": "#W1"}, Index([said("I am yusuf_2"), returned(ORDER)])).facts["object_foreign"]
    assert not survey({"order_id": "#W1"}, Index([said("I am mia_1"), returned(ORDER)])).facts["object_foreign"]
    looked_up = Index([said("mia@example.com"), returned("mia_1", is_structured=False), returned(ORDER)])
    assert not survey({"order_id": "#W1"}, looked_up).facts["object_foreign"]


FLIGHTS = [{"flight_number": "HAT1", "date": "2024-05-20", "price": 100}]


@pytest.mark.parametrize(
    ("arguments", "changes"),
    [
        ({"cabin": "economy"}, {"changes_cabin": False}),
        ({"cabin": "business"}, {"changes_cabin": True}),
        ({"flights": [{"flight_number": "HAT1", "date": "2024-05-20"}]}, {"changes_flights": False}),
        ({"flights": [{"flight_number": "HAT1", "date": "2024-05-21"}]}, {"changes_flights": True}),
        ({"flights": []}, {"changes_flights": True}),
        ({"flights": [{"flight_number": "HAT1", "seat": 3}]}, {"changes_flights": True}),
        ({"bags": 2.0}, {"changes_bags": True}),
        ({"other": 1}, {}),
    ],
)
def test_what_a_call_would_change_is_compared_with_the_object(
    arguments: dict[str, Any], changes: dict[str, bool]
) -> None:
    record = {"reservation_id": "R1", "cabin": "economy", "flights": FLIGHTS, "bags": 3}
    found = survey({"reservation_id": "R1", **arguments}, Index([returned(record)])).facts
    assert {name: value for name, value in found.items() if name.startswith("changes_")} == changes


def test_a_result_without_end_takes_no_time() -> None:
    deep: Any = {"order_id": "#W1", "status": "x"}
    for _ in range(60):
        deep = {"in": deep}
    wide = [{"id": str(number), "a": 1} for number in range(20_000)]
    found = survey({"order_id": "#W1"}, Index([returned(deep), returned(wide)]))
    assert found.facts["object_unread"]


def test_what_was_fetched_from_outside_is_nobodys_record() -> None:
    page = Source("untrusted_tool", "get_webpage", json.dumps({**ORDER, "status": "delivered"}), is_outside=True)
    found = survey({"order_id": "#W1"}, Index([returned(ORDER), page]))
    assert found.objects["order_id"]["status"] == "pending"
    assert survey({"order_id": "#W1"}, Index([page])).facts["object_unread"]


def test_what_a_reading_tool_says_again_of_its_arguments_is_still_the_agents() -> None:
    claimed = {"order_id": "#W1", "status": "delivered", "parts": [{"state": "sent"}]}
    found = survey({"order_id": "#W1"}, Index([returned({**claimed, "total": 40}, given=claimed)]))
    assert found.objects["order_id"] == {"order_id": "#W1", "parts": [{}], "total": 40}


def test_what_a_write_answers_that_the_gate_let_through_has_become_so() -> None:
    given = {"order_id": "#W1", "status": "cancelled"}
    text = json.dumps({**ORDER, "status": "cancelled"})
    written = Source("untrusted_tool", "cancel", text, echoed=echo(given), is_read=False)
    assert survey({"order_id": "#W1"}, Index([returned(ORDER), written])).objects["order_id"]["status"] == "cancelled"
