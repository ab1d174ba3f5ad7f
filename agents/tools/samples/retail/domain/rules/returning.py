"""Returning items of a delivered order: noted now, refunded when they are back."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from agents.domain.errors import Refusal
from agents.tools.samples.retail.domain import checks
from agents.tools.samples.retail.domain.case import Case
from agents.tools.samples.retail.domain.customer import Method
from agents.tools.samples.retail.domain.order import Order, OrderStatus, Return
from agents.tools.samples.retail.domain.rules.rule import Rule
from approvals.domain.evidence import Check


def take_back(case: Case, *, item_ids: Sequence[str], payment_method_id: str) -> Case:
    """Note what comes back; the refund goes to a gift card or to where the order was paid from."""
    order = case.ordered()
    if order.status != OrderStatus.DELIVERED:
        raise Refusal("Non-delivered order cannot be returned")
    if not _may_receive(order, case.buyer().method(payment_method_id)):
        raise Refusal("Payment method should be either the original payment method or a gift card")
    if order.missing(item_ids):
        raise Refusal("Some item not found")
    wanted = Return(tuple(sorted(item_ids)), payment_method_id)
    return replace(case, order=replace(order, status=OrderStatus.RETURN_REQUESTED, returned=wanted))


def _may_receive(order: Order, method: Method) -> bool:
    paid_with = [payment.payment_method_id for payment in order.payments[:1]]
    return method.source == "gift_card" or method.method_id in paid_with


def _checks(case: Case, *, item_ids: Sequence[str], payment_method_id: str) -> tuple[Check, ...]:
    is_delivered = case.order is not None and case.order.status == OrderStatus.DELIVERED
    return (
        *checks.about_order(case, status="delivered", passed=is_delivered),
        *checks.about_method(case, payment_method_id),
        *_return_checks(case, item_ids, payment_method_id),
    )


def _return_checks(case: Case, item_ids: Sequence[str], method_id: str) -> Iterable[Check]:
    if case.order is None:
        return
    method = case.customer.find_method(method_id) if case.customer else None
    may_receive = method is not None and _may_receive(case.order, method)
    yield checks.told(
        may_receive,
        so="The refund goes to a gift card or to where the order was paid from",
        otherwise="The refund goes neither to a gift card nor to where the order was paid from",
    )
    yield from checks.about_items(case.order, item_ids)


def _stake(after: Case) -> Decimal:
    order = after.ordered()
    items = (order.find_item(item_id) for item_id in (order.returned.item_ids if order.returned else ()))
    return sum((item.price for item in items if item is not None), Decimal(0))


TAKE_BACK = Rule(apply=take_back, checks=_checks, subject="1 order", stake=_stake)
