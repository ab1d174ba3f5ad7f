"""The tools: what they return, what they cost, what they declare."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.domain.errors import Refusal
from agents.domain.tool import Call
from agents.tools.registry import find_tool
from agents.tools.samples.retail.agents import ASSISTANT
from agents.tools.samples.retail.tasks.benchmark import shop as documents
from tests.agents.retail.acting import WRITES, act, order, tool, user
from tests.agents.retail.documents import ADDRESS, BY_GIFT_CARD, DELIVERED, PENDING

SWAP = {
    "order_id": PENDING,
    "item_ids": ["1615379700"],
    "new_item_ids": ["3613716226"],
    "payment_method_id": "gift_card_1675628",
}


def test_details_equal_the_benchmark_s_documents(call: Call) -> None:
    assert order(call, DELIVERED) == documents()["orders"][DELIVERED]
    assert user(call, "yusuf_rossi_9620") == documents()["users"]["yusuf_rossi_9620"]
    assert act(call, "get_product_details", product_id="1656367028") == documents()["products"]["1656367028"]


def test_every_product_is_listed(call: Call) -> None:
    sold = {product["name"]: product_id for product_id, product in documents()["products"].items()}
    assert act(call, "list_all_product_types") == sold


def test_a_customer_is_found_by_e_mail_in_any_case(call: Call) -> None:
    assert act(call, "find_user_id_by_email", email="Yusuf.Rossi7301@EXAMPLE.com") == "yusuf_rossi_9620"


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("get_order_details", {"order_id": "#W0"}, "Order not found"),
        ("get_order_details", {"order_id": "a\x00b"}, "Order not found"),
        ("get_product_details", {"product_id": "0"}, "Product not found"),
        ("get_product_details", {"product_id": "\ud800"}, "Product not found"),
        ("get_user_details", {"user_id": "no_body_0000"}, "User not found"),
        ("get_user_details", {"user_id": "\x00"}, "User not found"),
        ("find_user_id_by_email", {"email": "nobody@example.com"}, "User not found"),
        ("find_user_id_by_email", {"email": "\x00@example.com"}, "User not found"),
        ("find_user_id_by_name_zip", {"first_name": "No", "last_name": "Body", "zip": "00000"}, "User not found"),
        ("cancel_pending_order", {"order_id": "#W0000000", "reason": "no longer needed"}, "Order not found"),
    ],
)
def test_what_is_not_there_is_refused(call: Call, name: str, arguments: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        act(call, name, **arguments)
    assert refused.value.detail == sentence


def test_a_handover_says_that_it_worked(call: Call) -> None:
    assert act(call, "transfer_to_human_agents", summary="Wants a person.") == "Transfer successful"


def test_a_thought_changes_nothing_and_says_nothing(call: Call) -> None:
    assert act(call, "think", thought="Hm.") == ""


@pytest.mark.parametrize(
    ("name", "arguments", "most"),
    [
        ("get_order_details", {"order_id": PENDING}, 2),
        ("get_user_details", {"user_id": "yusuf_rossi_9620"}, 2),
        ("get_product_details", {"product_id": "1656367028"}, 2),
        ("find_user_id_by_email", {"email": "yusuf.rossi7301@example.com"}, 2),
        ("list_all_product_types", {}, 2),
        ("cancel_pending_order", {"order_id": BY_GIFT_CARD, "reason": "no longer needed"}, 8),
        ("modify_pending_order_items", SWAP, 9),
        ("modify_user_address", {"user_id": "yusuf_rossi_9620", **ADDRESS}, 4),
    ],
)
def test_a_call_costs_few_queries(call: Call, name: str, arguments: dict[str, Any], most: int) -> None:
    with CaptureQueriesContext(connection) as queries:
        act(call, name, **arguments)
    assert len(queries) <= most


def test_the_agent_has_the_benchmark_s_tools() -> None:
    assert len([name for name in ASSISTANT.tools if name != "ask_person"]) == 16
    assert "retail agent" in ASSISTANT.system


@pytest.mark.parametrize("name", WRITES)
def test_a_write_is_declared_with_what_a_reviewer_needs(name: str) -> None:
    declared = tool(name)
    assert None not in (declared.preview, declared.reads)
    assert (declared.card.effect_class, declared.card.egress) == ("A", False)
    assert set(re.findall(r"{(\w+)}", declared.title)) <= declared.card.parameters["properties"].keys()


@pytest.mark.parametrize("name", WRITES)
def test_what_can_be_undone_names_the_tool_that_undoes_it(name: str) -> None:
    declared = tool(name)
    assert (declared.card.reversibility == "reversible") is bool(declared.compensate)
    assert not declared.compensate or find_tool(declared.compensate)


def test_only_cancelling_is_destructive() -> None:
    effects = {name: tool(name).card.effect for name in ASSISTANT.tools}
    assert [name for name, effect in effects.items() if effect == "destructive"] == ["cancel_pending_order"]


def test_an_address_is_undone_by_the_same_tool_with_the_old_one(call: Call) -> None:
    before = order(call, PENDING)
    act(call, "modify_pending_order_address", order_id=PENDING, **ADDRESS)
    act(call, tool("modify_pending_order_address").compensate, order_id=PENDING, **before["address"])
    assert order(call, PENDING) == before
