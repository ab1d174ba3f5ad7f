"""The shop's rules, over documents alone."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from agents.domain.errors import Refusal
from agents.tools.samples.retail.domain.case import Case
from agents.tools.samples.retail.domain.edition import Edition
from agents.tools.samples.retail.domain.money import money
from agents.tools.samples.retail.domain.order import OrderStatus, Payment
from agents.tools.samples.retail.domain.rules.addressing import readdress_customer, readdress_order
from agents.tools.samples.retail.domain.rules.cancelling import cancel
from agents.tools.samples.retail.domain.rules.paying import pay_otherwise
from agents.tools.samples.retail.domain.rules.returning import take_back
from agents.tools.samples.retail.domain.rules.swapping import exchange, modify
from agents.tools.samples.retail.tasks.benchmark import shop
from tests.agents.retail.documents import ADDRESS, BY_GIFT_CARD, DELIVERED, PENDING, PROCESSED, TWICE, case

BOOTS, OTHER_BOOTS, SOLD_OUT_BOOTS = "1615379700", "3613716226", "2658930189"
KEYBOARD, OTHER_KEYBOARD = "1151293680", "7706410293"
GIFT_CARD = "gift_card_6682391"


def test_cancelling_refunds_everything_paid() -> None:
    order = cancel(case(PENDING), reason="no longer needed").ordered()
    assert order.status == OrderStatus.CANCELLED
    assert order.payments[1:] == (Payment("refund", money(3131.10), "paypal_5364164"),)


def test_cancelling_credits_a_gift_card_at_once() -> None:
    after = cancel(case(BY_GIFT_CARD), reason="ordered by mistake")
    assert after.buyer().method(GIFT_CARD).balance == Decimal("620.97")


def test_an_order_gets_a_new_address_and_nothing_else() -> None:
    before = case(PENDING)
    after = readdress_order(before, **ADDRESS)
    assert after.ordered().as_json() == before.ordered().as_json() | {"address": ADDRESS}


def test_a_new_default_address_leaves_orders_alone() -> None:
    before = case(PENDING)
    after = readdress_customer(before, **ADDRESS)
    assert (after.order, after.buyer().address.city) == (before.order, "York")


def test_paying_otherwise_charges_one_method_and_refunds_the_other() -> None:
    after = pay_otherwise(case(BY_GIFT_CARD), payment_method_id="credit_card_6044108")
    assert [payment.payment_method_id for payment in after.ordered().payments] == [
        GIFT_CARD,
        "credit_card_6044108",
        GIFT_CARD,
    ]
    assert after.buyer().method(GIFT_CARD).balance == Decimal("620.97")


def test_modified_items_are_settled_to_the_cent() -> None:
    after = modify(
        case(PENDING, OTHER_BOOTS), item_ids=[BOOTS], new_item_ids=[OTHER_BOOTS], payment_method_id="gift_card_1675628"
    )
    assert after.ordered().items[0].options["size"] == "8"
    assert after.ordered().payments[-1] == Payment("refund", Decimal("0.35"), "gift_card_1675628")
    assert after.buyer().method("gift_card_1675628").balance == Decimal("99.35")


def test_each_modified_item_gets_its_own_price() -> None:
    two = case(PENDING, OTHER_BOOTS, "6700049080")
    item_ids, new_item_ids = [BOOTS, "5925362855"], [OTHER_BOOTS, "6700049080"]
    after = modify(two, item_ids=item_ids, new_item_ids=new_item_ids, payment_method_id="paypal_5364164")
    assert [item.price for item in after.ordered().items[:2]] == [Decimal("253.54"), Decimal("466.75")]


def test_an_item_ordered_twice_can_be_modified_once() -> None:
    before = case(TWICE)
    item = before.ordered().items[0]
    two = case(TWICE, *_other_variants(item.product_id))
    new_id = next(iter(two.variants))
    method = before.buyer().methods[0].method_id
    after = modify(two, item_ids=[item.item_id], new_item_ids=[new_id], payment_method_id=method)
    assert [each.item_id for each in after.ordered().items] == [new_id, item.item_id]


def test_an_exchange_is_noted_and_moves_no_money() -> None:
    before = case(DELIVERED, OTHER_KEYBOARD)
    after = exchange(
        before, item_ids=[KEYBOARD], new_item_ids=[OTHER_KEYBOARD], payment_method_id="credit_card_9513926"
    )
    assert after.ordered().as_json() == before.ordered().as_json() | {
        "status": "exchange requested",
        "exchange_items": [KEYBOARD],
        "exchange_new_items": [OTHER_KEYBOARD],
        "exchange_payment_method_id": "credit_card_9513926",
        "exchange_price_difference": -3.17,
    }


def test_a_return_is_noted_in_sorted_order() -> None:
    after = take_back(case(DELIVERED), item_ids=["4602305039", "4202497723"], payment_method_id="credit_card_9513926")
    assert after.ordered().as_json()["return_items"] == ["4202497723", "4602305039"]


def test_a_rule_leaves_the_case_it_was_given_as_it_was() -> None:
    before = case(BY_GIFT_CARD)
    cancel(before, reason="no longer needed")
    assert before == case(BY_GIFT_CARD)


SWAP: dict[str, Any] = {"item_ids": [BOOTS], "new_item_ids": [OTHER_BOOTS], "payment_method_id": "paypal_5364164"}
REFUSALS = [
    pytest.param(cancel, case(PROCESSED), {"reason": "no longer needed"}, "Non-pending order cannot be cancelled"),
    pytest.param(cancel, case(PENDING), {"reason": "bored"}, "Invalid reason"),
    pytest.param(cancel, Case(), {"reason": "no longer needed"}, "Order not found"),
    pytest.param(readdress_order, case(DELIVERED), ADDRESS, "Non-pending order cannot be modified"),
    pytest.param(readdress_customer, Case(), ADDRESS, "User not found"),
    pytest.param(
        readdress_order,
        case(PENDING),
        ADDRESS | {"city": "a\x00b"},
        "The address holds characters that cannot be stored",
        id="NUL in an address",
    ),
    pytest.param(
        pay_otherwise,
        case(PENDING),
        {"payment_method_id": "paypal_5364164"},
        "The new payment method should be different from the current one",
    ),
    pytest.param(
        pay_otherwise,
        case(PENDING),
        {"payment_method_id": "gift_card_1675628"},
        "Insufficient gift card balance to pay for the order",
    ),
    pytest.param(pay_otherwise, case(PENDING), {"payment_method_id": GIFT_CARD}, "Payment method not found"),
    pytest.param(modify, case(DELIVERED, OTHER_BOOTS), SWAP, "Non-pending order cannot be modified"),
    pytest.param(modify, case(PENDING, OTHER_BOOTS), SWAP | {"item_ids": ["1"]}, "1 not found"),
    pytest.param(modify, case(PENDING, OTHER_BOOTS), SWAP | {"item_ids": [BOOTS, BOOTS]}, f"{BOOTS} not found"),
    pytest.param(
        modify,
        case(PENDING, OTHER_BOOTS),
        SWAP | {"new_item_ids": []},
        "The number of items to be exchanged should match",
    ),
    pytest.param(
        modify,
        case(PENDING, SOLD_OUT_BOOTS),
        SWAP | {"new_item_ids": [SOLD_OUT_BOOTS]},
        f"New item {SOLD_OUT_BOOTS} not found or available",
        id="sold out",
    ),
    pytest.param(
        modify,
        case(PENDING, OTHER_KEYBOARD),
        SWAP | {"new_item_ids": [OTHER_KEYBOARD]},
        f"New item {OTHER_KEYBOARD} not found or available",
        id="another product",
    ),
    pytest.param(
        modify,
        case(PENDING, BOOTS),
        SWAP | {"new_item_ids": [BOOTS]},
        "The new item id should be different from the old item id",
    ),
    pytest.param(exchange, case(PENDING), SWAP, "Non-delivered order cannot be exchanged"),
    pytest.param(
        take_back,
        case(PENDING),
        {"item_ids": [BOOTS], "payment_method_id": "paypal_5364164"},
        "Non-delivered order cannot be returned",
    ),
    pytest.param(
        take_back,
        case(DELIVERED),
        {"item_ids": [BOOTS], "payment_method_id": "credit_card_9513926"},
        "Some item not found",
    ),
]


@pytest.mark.parametrize(("rule", "before", "details", "sentence"), REFUSALS)
def test_what_the_shop_does_not_do_is_refused_with_its_sentence(
    rule: Callable[..., Case], before: Case, details: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refusal) as refused:
        rule(before, **details)
    assert refused.value.detail == sentence


def test_the_first_edition_lets_an_item_replace_itself() -> None:
    before = case(PENDING, BOOTS, edition=Edition.TAU)
    after = modify(before, item_ids=[BOOTS], new_item_ids=[BOOTS], payment_method_id="paypal_5364164")
    assert after.ordered().items == before.ordered().items


@pytest.mark.parametrize(("edition", "is_open"), [(Edition.TAU, False), (Edition.TAU2, True)])
def test_editions_differ_in_what_a_modified_order_still_takes(edition: Edition, is_open: bool) -> None:
    modified = modify(case(PENDING, OTHER_BOOTS, edition=edition), **SWAP)
    assert modified.is_open(modified.ordered()) is is_open


def _other_variants(product_id: str) -> list[str]:
    offered = shop()["products"][product_id]["variants"].values()
    return [each["item_id"] for each in offered if each["available"] and each["item_id"] != "5753502325"]
