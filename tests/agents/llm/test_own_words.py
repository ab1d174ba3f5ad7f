"""The sample's agent with somebody who has no script: a few plain sentences lead to a write."""

from typing import Any

import pytest

from tests.agents.llm.conversation import hold

WHO = "I am Yusuf Rossi, yusuf.rossi7301@example.com."
ORDER = "#W6247578"
STREET = {
    "address1": "12 Elm Street",
    "address2": "",
    "city": "Austin",
    "state": "TX",
    "country": "USA",
    "zip": "78701",
}
WORDS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "cancel": (f"Please cancel order {ORDER}.", "cancel_pending_order", {"reason": "no longer needed"}),
    "mistake": (
        f"Could you cancel {ORDER}? I ordered it by mistake",
        "cancel_pending_order",
        {"reason": "ordered by mistake"},
    ),
    "flat": (
        f"Send order {ORDER} to 12 Elm Street, Apt 4, Austin, TX 78701",
        "modify_pending_order_address",
        {**STREET, "address2": "Apt 4"},
    ),
    "send": (f"Send order {ORDER} to 12 Elm Street, Austin, TX 78701.", "modify_pending_order_address", STREET),
}


@pytest.mark.parametrize(("asked", "tool", "arguments"), WORDS.values(), ids=WORDS)
def test_own_words_lead_to_a_call(asked: str, tool: str, arguments: dict[str, Any]) -> None:
    talk = hold({}, message=f"{WHO} {asked}")
    assert [(call.tool, call.arguments, status) for call, status in talk.writes] == [
        (tool, {"order_id": ORDER, **arguments}, "worked")
    ]
    assert "This is done" in talk.told


def test_own_words_without_a_wish_change_nothing() -> None:
    talk = hold({}, message=f"{WHO} What is the state of my orders?")
    assert (talk.writes, ORDER in talk.told) == ([], True)


def test_a_payment_is_changed_in_own_words() -> None:
    asked = "I am Isabella Lopez, isabella.lopez3271@example.com. Please pay order #W4923227 with gift_card_8245350."
    calls = [(call.tool, call.arguments["payment_method_id"]) for call, _status in hold({}, message=asked).writes]
    assert calls == [("modify_pending_order_payment", "gift_card_8245350")]
