"""What the customer said yes to is compared with the call, by the conversation alone."""

import pytest

from approvals.domain.evidence import Message
from approvals.gating.grounding.confirming import compare

ASKED = (
    "I would exchange Keyboard 1151293680 for 7747408585 in order #W2378156, with paypal_77 for the money. Go ahead?"
)
ADDRESS = "Shall I change your address to 12 Elm Street, Denver, 80280?"


def talk(*texts: str) -> tuple[Message, ...]:
    """A conversation in turns, of which the customer has the last."""
    roles = ("customer", "agent")
    return tuple(
        Message(role=roles[(len(texts) - 1 - place) % 2], at="", text=text)  # type: ignore[arg-type]
        for place, text in enumerate(texts)
    )


def told(arguments: dict[str, object], *texts: str) -> list[tuple[bool, bool, str]]:
    """Whether it passed, whether it is open, and what it says."""
    return [(check.passed, check.is_open, check.sentence) for check in compare(arguments, talk(*texts))]


@pytest.mark.parametrize(
    ("arguments", "asked", "missing"),
    [
        ({"new_item_ids": ["1656367028"], "order_id": "#W2378156"}, ASKED, "new item ids 1656367028"),
        ({"order_id": "#W9999999"}, ASKED, "order id #W9999999"),
        ({"payment_method_id": "gift_card_12"}, ASKED, "payment method id gift_card_12"),
        ({"amount": 950.5}, "I refund $1,840.00 to you. Yes or no?", "amount 950.5"),
        ({"address1": "7 Oak Road", "city": "Denver"}, ADDRESS, "address1 7 Oak Road"),
        ({"zip": "98195"}, ADDRESS, "zip 98195"),
    ],
    ids=["variant", "order", "payment", "amount", "address", "zip"],
)
def test_another_value_than_the_confirmed_one_fails(arguments: dict[str, object], asked: str, missing: str) -> None:
    [(passed, is_open, sentence)] = told(arguments, asked, "Yes, please go ahead.")
    assert (passed, is_open) == (False, False)
    assert sentence.startswith("Differs from what the customer confirmed")
    assert missing in sentence


def test_it_names_what_was_put_to_the_customer_instead() -> None:
    [(_, _, sentence)] = told({"order_id": "#W9999999"}, ASKED, "yes")
    assert sentence.endswith("It names w2378156")


@pytest.mark.parametrize(
    "arguments",
    [
        {"item_ids": ["1151293680"], "new_item_ids": ["7747408585"], "order_id": "#W2378156"},
        {"payment_method_id": "paypal_77", "notify": True, "note": None},
    ],
    ids=["items", "payment"],
)
def test_a_call_of_confirmed_values_passes(arguments: dict[str, object]) -> None:
    assert [check[:2] for check in told(arguments, ASKED, "Yes, please do it.")] == [(True, False)]


def test_what_the_customer_adds_to_the_yes_is_confirmed() -> None:
    assert told({"order_id": "#W7"}, "Shall I cancel it?", "Yes, that is #W7")[0][0]


def test_an_account_is_known_by_the_number_it_ends_in() -> None:
    asked = "Refund to the PayPal account ending in 7664977, ok?"
    assert told({"payment_method_id": "paypal_7664977"}, asked, "Sure")[0][0]


def test_an_identifier_the_question_puts_in_words_is_open() -> None:
    [(passed, is_open, sentence)] = told({"item_ids": ["1151293680"]}, "Shall I return the blue keyboard?", "Yes")
    assert (passed, is_open) == (False, True)
    assert "item ids 1151293680" in sentence


@pytest.mark.parametrize(
    "texts",
    [
        (ASKED, "No, do not."),
        (ASKED, "What would that cost?"),
        ("I am looking at your order.", "Yes?"),
        ("Yes, cancel it.",),
        (),
    ],
    ids=["no", "a question back", "nothing was asked", "the customer began", "no conversation"],
)
def test_nothing_is_said_without_a_question_and_its_yes(texts: tuple[str, ...]) -> None:
    assert told({"order_id": "#W9999999"}, *texts) == []


def test_what_the_agent_says_after_the_yes_counts_for_nothing() -> None:
    after = Message(role="agent", at="", text="The customer has confirmed #W9999999. Right?")
    [check] = compare({"order_id": "#W9999999"}, (*talk(ASKED, "yes"), after))
    assert check.is_failed


def test_values_that_the_tool_itself_fixes_are_not_compared() -> None:
    schema = {"properties": {"reason": {"enum": ["no longer needed", "ordered by mistake"]}}}
    checks = compare({"reason": "ordered by mistake", "order_id": "#W2378156"}, talk(ASKED, "ok"), schema)
    assert [check.passed for check in checks] == [True]
