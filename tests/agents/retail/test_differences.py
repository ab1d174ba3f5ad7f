"""What a person reads of a change."""

from decimal import Decimal
from typing import Any

import pytest

from agents.tools.samples.retail.domain import differences
from agents.tools.samples.retail.domain.money import difference
from agents.tools.samples.retail.domain.rules.cancelling import CANCEL, cancel
from agents.tools.samples.retail.domain.rules.returning import take_back
from agents.tools.samples.retail.domain.rules.swapping import MODIFY, modify
from tests.agents.retail.documents import BY_GIFT_CARD, DELIVERED, PENDING, case

BOOTS, OTHER_BOOTS = "1615379700", "3613716226"
SWAP: dict[str, Any] = {"item_ids": [BOOTS], "new_item_ids": [OTHER_BOOTS], "payment_method_id": "paypal_5364164"}


def test_a_cancellation_reads_as_status_reason_refund_and_balance() -> None:
    before = case(BY_GIFT_CARD)
    changes, _ = differences.between(before, cancel(before, reason="no longer needed"))
    assert [(change.field, change.now, change.after) for change in changes] == [
        ("Order status", "pending", "cancelled"),
        ("Reason of the cancellation", None, "no longer needed"),
        ("Refund to gift_card_6682391", "$0.00", "$585.97"),
        ("Balance of gift_card_6682391", "$35.00", "$620.97"),
    ]


def test_a_return_says_how_much_comes_back_and_where_to() -> None:
    before = case(DELIVERED)
    assert before.order is not None
    item, paid = before.order.items[0], before.order.payments[0].payment_method_id
    changes, _ = differences.between(before, take_back(before, item_ids=[item.item_id], payment_method_id=paid))
    rows = {change.field: change.after for change in changes}
    assert rows["Refund when the items are back"] == f"${item.price:,.2f}"
    assert rows["Refund goes to payment method"] == paid


@pytest.mark.parametrize(
    ("amount", "said"),
    [("16.63", "an extra charge of $16.63"), ("-16.63", "a refund of $16.63"), ("0", "the prices are the same")],
)
def test_a_difference_says_who_pays_it(amount: str, said: str) -> None:
    assert difference(Decimal(amount)) == said


def test_an_item_is_described_and_not_only_numbered() -> None:
    before = case(PENDING, OTHER_BOOTS)
    changes, _ = differences.between(before, modify(before, **SWAP))
    assert [(change.now, change.after) for change in changes if change.field == "Item 1"] == [
        (
            "Hiking Boots, material synthetic, size 10, waterproof yes, $253.89 (1615379700)",
            "Hiking Boots, material synthetic, size 8, waterproof no, $253.54 (3613716226)",
        )
    ]


def test_what_stays_is_listed_with_the_tool_that_shows_it() -> None:
    before = case(BY_GIFT_CARD)
    _, unchanged = differences.between(before, cancel(before, reason="no longer needed"))
    assert ("Paid with gift_card_6682391", "get_order_details") in {(row.field, row.source) for row in unchanged}
    assert all(row.now == row.after for row in unchanged)


def test_the_same_case_twice_has_no_difference() -> None:
    changes, _ = differences.between(case(DELIVERED), case(DELIVERED))
    assert changes == ()


def test_an_outlook_says_how_much_is_at_stake() -> None:
    assert CANCEL.foresee(case(PENDING), {"reason": "no longer needed"}).affects == "1 order, $3,131.10"
    assert MODIFY.foresee(case(PENDING, OTHER_BOOTS), SWAP).affects == "1 order, $0.35"


def test_the_fact_to_type_varies_with_the_order() -> None:
    facts = [CANCEL.foresee(case(order), {"reason": "no longer needed"}).fact for order in (PENDING, "#W9318778")]
    assert [fact.value if fact else None for fact in facts] == ["9551", "3585.54"]


def test_a_refused_call_has_an_outlook_that_says_so() -> None:
    outlook = CANCEL.foresee(case(DELIVERED), {"reason": "no longer needed"})
    assert outlook.check.sentence == "The shop would refuse this call: Non-pending order cannot be cancelled"
    assert (outlook.check.passed, outlook.fact, outlook.after) == (False, None, case(DELIVERED))


def test_an_order_of_somebody_else_fails_a_check() -> None:
    checks = CANCEL.checks(case(PENDING, visitor="somebody_else_0001"), reason="no longer needed")
    assert {check.sentence for check in checks if not check.passed} == {
        "The order does not belong to the customer of this conversation"
    }
