"""Swapping items for others of the same product: at once in a pending order, by exchange in a delivered one."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from agents.domain.errors import Refusal
from agents.tools.samples.retail.domain import checks
from agents.tools.samples.retail.domain.case import Case
from agents.tools.samples.retail.domain.order import Exchange, Item, Order, OrderStatus, Payment
from agents.tools.samples.retail.domain.product import Variant
from agents.tools.samples.retail.domain.rules.rule import Rule
from approvals.domain.evidence import Check

Ids = Sequence[str]
Pairs = list[tuple[Item, Variant]]


def modify(case: Case, *, item_ids: Ids, new_item_ids: Ids, payment_method_id: str) -> Case:
    """Replace items of a pending order and settle the difference; works once an order."""
    order = case.ordered()
    if order.status != OrderStatus.PENDING:
        raise Refusal("Non-pending order cannot be modified")
    pairs = _pairs(case, order, item_ids, new_item_ids, allows_same=case.edition.allows_same_item)
    difference = _difference(pairs)
    customer = case.buyer()
    if not customer.method(payment_method_id).covers(difference):
        raise Refusal("Insufficient gift card balance to pay for the new item")
    for item, variant in pairs:
        order = order.swapped(item.item_id, variant)
    settled = Payment("payment" if difference > 0 else "refund", abs(difference), payment_method_id)
    order = replace(order, status=OrderStatus.MODIFIED, payments=(*order.payments, settled))
    return replace(case, order=order, customer=customer.charged(payment_method_id, difference))


def exchange(case: Case, *, item_ids: Ids, new_item_ids: Ids, payment_method_id: str) -> Case:
    """Note what comes back from a delivered order and what goes out instead; no money moves yet."""
    order = case.ordered()
    if order.status != OrderStatus.DELIVERED:
        raise Refusal("Non-delivered order cannot be exchanged")
    difference = _difference(_pairs(case, order, item_ids, new_item_ids, allows_same=True))
    if not case.buyer().method(payment_method_id).covers(difference):
        raise Refusal("Insufficient gift card balance to pay for the price difference")
    wanted = Exchange(tuple(sorted(item_ids)), tuple(sorted(new_item_ids)), payment_method_id, difference)
    return replace(case, order=replace(order, status=OrderStatus.EXCHANGE_REQUESTED, exchange=wanted))


def _pairs(case: Case, order: Order, item_ids: Ids, new_item_ids: Ids, *, allows_same: bool) -> Pairs:
    for missing in order.missing(item_ids):
        raise Refusal(f"{missing} not found")
    if len(item_ids) != len(new_item_ids):
        raise Refusal("The number of items to be exchanged should match")
    couples = zip(item_ids, new_item_ids, strict=True)
    return [_pair(case, order, old, new, allows_same=allows_same) for old, new in couples]


def _pair(case: Case, order: Order, item_id: str, new_id: str, *, allows_same: bool) -> tuple[Item, Variant]:
    if item_id == new_id and not allows_same:
        raise Refusal("The new item id should be different from the old item id")
    item = order.find_item(item_id)
    variant = case.find_variant(item, new_id) if item else None
    if item is None or variant is None or not variant.is_available:
        raise Refusal(f"New item {new_id} not found or available")
    return item, variant


def _difference(pairs: Pairs) -> Decimal:
    return sum((variant.price - item.price for item, variant in pairs), Decimal(0))


def _modify_checks(case: Case, *, item_ids: Ids, new_item_ids: Ids, payment_method_id: str) -> tuple[Check, ...]:
    is_pending = case.order is not None and case.order.status == OrderStatus.PENDING
    status = checks.about_order(case, status="pending", passed=is_pending)
    return (*status, *_swap_checks(case, item_ids, new_item_ids, payment_method_id))


def _exchange_checks(case: Case, *, item_ids: Ids, new_item_ids: Ids, payment_method_id: str) -> tuple[Check, ...]:
    is_delivered = case.order is not None and case.order.status == OrderStatus.DELIVERED
    status = checks.about_order(case, status="delivered", passed=is_delivered)
    return (*status, *_swap_checks(case, item_ids, new_item_ids, payment_method_id))


def _swap_checks(case: Case, item_ids: Ids, new_item_ids: Ids, method_id: str) -> Iterable[Check]:
    yield from checks.about_method(case, method_id)
    if case.order is None:
        return
    yield from checks.about_items(case.order, item_ids)
    yield from checks.about_new_items(case, case.order, item_ids, new_item_ids)
    try:
        pairs = _pairs(case, case.order, item_ids, new_item_ids, allows_same=True)
    except Refusal:
        return  # What stands in the way is in the checks above, and without pairs there is no difference to cover.
    yield from checks.about_cover(case, method_id, _difference(pairs))


def _settled(after: Case) -> Decimal:
    return after.ordered().payments[-1].amount


def _noted(after: Case) -> Decimal:
    wanted = after.ordered().exchange
    return abs(wanted.difference) if wanted else Decimal(0)


MODIFY = Rule(apply=modify, checks=_modify_checks, subject="1 order", stake=_settled)
EXCHANGE = Rule(apply=exchange, checks=_exchange_checks, subject="1 order", stake=_noted)
