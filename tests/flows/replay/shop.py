"""A very small shop, and what its tools answered when somebody recorded them; the answers are written by hand."""

import json
from collections.abc import Callable
from typing import Any

Document = dict[str, Any]
Say = Callable[[str], Document]
Do = Callable[..., Document]

HOME = {"address1": "1 Main St", "address2": "", "city": "Bonn", "country": "USA", "state": "NY", "zip": "10001"}
CARD = "gift_card_0000001"
ANNA: Document = {
    "name": {"first_name": "Anna", "last_name": "Berg"},
    "address": HOME,
    "email": "anna@example.test",
    "payment_methods": {CARD: {"source": "gift_card", "id": CARD, "balance": 40.0}},
    "orders": ["#W0000001", "#W0000002"],
}


def variant(item_id: str, colour: str, price: float) -> Document:
    """One lamp that can be bought."""
    return {"item_id": item_id, "options": {"colour": colour}, "available": True, "price": price}


LAMPS = {"1000000001": variant("1000000001", "red", 20.3), "1000000002": variant("1000000002", "blue", 23.0)}


def order(order_id: str) -> Document:
    """A pending order of the red lamp, paid with the gift card."""
    item = {"name": "Lamp", "product_id": "2000000001", "item_id": "1000000001", "price": 20.3}
    return {
        "order_id": order_id,
        "user_id": "anna_berg_0001",
        "address": HOME,
        "items": [{**item, "options": {"colour": "red"}}],
        "fulfillments": [],
        "status": "pending",
        "payment_history": [{"transaction_type": "payment", "amount": 20.3, "payment_method_id": CARD}],
    }


WORLD = {
    "users": {"anna_berg_0001": ANNA},
    "products": {"2000000001": {"name": "Lamp", "product_id": "2000000001", "variants": LAMPS}},
    "orders": {"#W0000001": order("#W0000001"), "#W0000002": order("#W0000002")},
}


def cancelled(user: Say, agent: Say, call: Do, answer: Do) -> list[Document]:
    """Cancels the first order; the answer is the order as it was afterwards."""
    first = order("#W0000001")
    refund = {"transaction_type": "refund", "amount": 20.3, "payment_method_id": CARD}
    after = {
        **first,
        "status": "cancelled",
        "cancel_reason": "no longer needed",
        "payment_history": [*first["payment_history"], refund],
    }
    return [
        user("I am Anna Berg, 10001. Cancel #W0000001, no longer needed."),
        call("c1", "find_user_id_by_name_zip", first_name="Anna", last_name="Berg", zip="10001"),
        answer("c1", "anna_berg_0001"),
        call("c2", "get_order_details", order_id="#W0000001"),
        answer("c2", json.dumps(first)),
        call("c3", "cancel_pending_order", order_id="#W0000001", reason="no longer needed"),
        answer("c3", json.dumps(after)),
        agent("Cancelled."),
        user("Thanks."),
    ]


def swapped(user: Say, agent: Say, call: Do, answer: Do) -> list[Document]:
    """Swaps the lamp of the second order; the recorded shop adds floats, and this agent keeps results in variables."""
    before = order("#W0000002")
    blue = {**before["items"][0], "item_id": "1000000002", "price": 23.0, "options": {"colour": "blue"}}
    paid = {"transaction_type": "payment", "amount": 23.0 - 20.3, "payment_method_id": CARD}
    after = {
        **before,
        "status": "pending (item modified)",
        "items": [blue],
        "payment_history": [*before["payment_history"], paid],
    }
    ids = {"item_ids": ["1000000001"], "new_item_ids": ["1000000002"]}
    return [
        user("Make the lamp of #W0000002 the blue one, on my gift card."),
        call("c1", "find_user_id_by_email", email="nobody@example.test"),
        answer("c1", '# var_0 = "Error: user not found"'),
        call("c2", "modify_pending_order_items", order_id="#W0000002", payment_method_id=CARD, **ids),
        answer("c2", f"# var_1 = {json.dumps(after)}"),
        agent("It is blue now."),
    ]
