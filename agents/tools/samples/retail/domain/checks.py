"""Sentences the server verified about a case; each is true when passed."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from agents.tools.samples.retail.domain.case import Case
from agents.tools.samples.retail.domain.money import dollars
from agents.tools.samples.retail.domain.order import Order
from approvals.domain.evidence import Check


def about_order(case: Case, *, status: str, passed: bool) -> Iterable[Check]:
    """The order exists, has the status the call needs, and is the visitor's own."""
    yield Check(sentence="The order exists", passed=case.order is not None)
    if case.order is not None:
        is_now = "" if passed else f" (it is: {case.order.status})"
        yield Check(sentence=f"The order is {status}{is_now}", passed=passed)
        yield from about_visitor(case, case.order.user_id, "The order belongs to the customer of this conversation")


def about_visitor(case: Case, user_id: str, sentence: str) -> Iterable[Check]:
    """The one concerned is the one who is talking; says nothing where nobody knows who is talking."""
    if case.visitor:
        yield Check(sentence=sentence, passed=case.visitor == user_id)


def about_method(case: Case, method_id: str) -> Iterable[Check]:
    """The payment method is the customer's own."""
    is_theirs = case.customer is not None and case.customer.find_method(method_id) is not None
    yield Check(sentence="The payment method belongs to the customer", passed=is_theirs)


def about_cover(case: Case, method_id: str, amount: Decimal) -> Iterable[Check]:
    """A gift card has enough on it; says nothing about other methods."""
    method = case.customer.find_method(method_id) if case.customer else None
    if method is not None and method.balance is not None and amount > 0:
        yield Check(sentence=f"The gift card covers {dollars(amount)}", passed=method.covers(amount))


def about_items(order: Order, item_ids: Sequence[str]) -> Iterable[Check]:
    """Everything named is in the order."""
    yield Check(sentence="Every item named is in the order", passed=not order.missing(item_ids))


def about_new_items(case: Case, order: Order, item_ids: Sequence[str], new_item_ids: Sequence[str]) -> Iterable[Check]:
    """The new items answer the old ones one to one, are the same products and can be had."""
    yield Check(sentence="There is one new item for each old one", passed=len(item_ids) == len(new_item_ids))
    items = [order.find_item(item_id) for item_id in item_ids]
    variants = [
        case.find_variant(item, new_id) if item else None for item, new_id in zip(items, new_item_ids, strict=False)
    ]
    yield Check(sentence="Every new item is of the same product as the old one", passed=all(variants))
    is_available = all(variant is not None and variant.is_available for variant in variants)
    yield Check(sentence="Every new item is available", passed=is_available)
