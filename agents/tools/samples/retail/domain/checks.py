"""Sentences the server verified about a case; each says what is so, also where that stands in the way."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from agents.tools.samples.retail.domain.case import Case
from agents.tools.samples.retail.domain.money import dollars
from agents.tools.samples.retail.domain.order import Order
from approvals.domain.evidence import Check


def told(passed: bool, *, so: str, otherwise: str) -> Check:
    """A check that is worded as it came out: `otherwise` is the sentence of one that failed."""
    return Check(sentence=so if passed else otherwise, passed=passed)


def about_order(case: Case, *, status: str, passed: bool) -> Iterable[Check]:
    """The order exists, has the status the call needs, and is the visitor's own."""
    yield told(case.order is not None, so="The order exists", otherwise="There is no such order")
    if case.order is not None:
        yield told(passed, so=f"The order is {status}", otherwise=f"The order is {case.order.status}, not {status}")
        yield from about_visitor(case, case.order.user_id, "order")


def about_visitor(case: Case, user_id: str, thing: str) -> Iterable[Check]:
    """The one concerned is the one who is talking; says nothing where nobody knows who is talking."""
    if case.visitor:
        yield told(
            case.visitor == user_id,
            so=f"The {thing} belongs to the customer of this conversation",
            otherwise=f"The {thing} does not belong to the customer of this conversation",
        )


def about_method(case: Case, method_id: str) -> Iterable[Check]:
    """The payment method is the customer's own."""
    is_theirs = case.customer is not None and case.customer.find_method(method_id) is not None
    so, otherwise = "The payment method belongs to the customer", "The payment method is not one of the customer's"
    yield told(is_theirs, so=so, otherwise=otherwise)


def about_cover(case: Case, method_id: str, amount: Decimal) -> Iterable[Check]:
    """A gift card has enough on it; says nothing about other methods."""
    method = case.customer.find_method(method_id) if case.customer else None
    if method is not None and method.balance is not None and amount > 0:
        so, otherwise = f"The gift card covers {dollars(amount)}", f"The gift card does not cover {dollars(amount)}"
        yield told(method.covers(amount), so=so, otherwise=otherwise)


def about_items(order: Order, item_ids: Sequence[str]) -> Iterable[Check]:
    """Everything named is in the order."""
    so, otherwise = "Every item named is in the order", "An item named is not in the order"
    yield told(not order.missing(item_ids), so=so, otherwise=otherwise)


def about_new_items(case: Case, order: Order, item_ids: Sequence[str], new_item_ids: Sequence[str]) -> Iterable[Check]:
    """The new items answer the old ones one to one, are the same products and can be had."""
    yield told(
        len(item_ids) == len(new_item_ids),
        so="There is one new item for each old one",
        otherwise="There is not one new item for each old one",
    )
    items = [order.find_item(item_id) for item_id in item_ids]
    variants = [
        case.find_variant(item, new_id) if item else None for item, new_id in zip(items, new_item_ids, strict=False)
    ]
    yield told(
        all(variants),
        so="Every new item is of the same product as the old one",
        otherwise="A new item is not of the same product as the old one",
    )
    is_available = all(variant is not None and variant.is_available for variant in variants)
    yield told(is_available, so="Every new item is available", otherwise="A new item is not available")
