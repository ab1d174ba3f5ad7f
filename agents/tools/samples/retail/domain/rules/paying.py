"""Paying a pending order in another way than it was."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from agents.domain.errors import Refusal
from agents.tools.samples.retail.domain import checks
from agents.tools.samples.retail.domain.case import Case
from agents.tools.samples.retail.domain.order import Order, Payment
from agents.tools.samples.retail.domain.rules.rule import Rule
from approvals.domain.evidence import Check


def pay_otherwise(case: Case, *, payment_method_id: str) -> Case:
    """Charge another method and refund the first; works once an order."""
    order = case.ordered()
    if not case.is_open(order):
        raise Refusal("Non-pending order cannot be modified")
    customer = case.buyer()
    method = customer.method(payment_method_id)
    paid = _only_payment(order)
    if paid.payment_method_id == payment_method_id:
        raise Refusal("The new payment method should be different from the current one")
    if not method.covers(paid.amount):
        raise Refusal("Insufficient gift card balance to pay for the order")
    customer.method(paid.payment_method_id)
    customer = customer.charged(payment_method_id, paid.amount).charged(paid.payment_method_id, -paid.amount)
    moved = (replace(paid, payment_method_id=payment_method_id), replace(paid, transaction_type="refund"))
    return replace(case, order=replace(order, payments=order.payments + moved), customer=customer)


def _only_payment(order: Order) -> Payment:
    if len(order.payments) != 1 or order.payments[0].transaction_type != "payment":
        raise Refusal("There should be exactly one payment for a pending order")
    return order.payments[0]


def _checks(case: Case, *, payment_method_id: str) -> tuple[Check, ...]:
    is_open = case.order is not None and case.is_open(case.order)
    return (
        *checks.about_order(case, status="pending", passed=is_open),
        *checks.about_method(case, payment_method_id),
        *_payment_checks(case, payment_method_id),
    )


def _payment_checks(case: Case, method_id: str) -> Iterable[Check]:
    payments = case.order.payments if case.order else ()
    so, otherwise = "The order was paid once, with one method", "The order was not paid once, with one method"
    yield checks.told(len(payments) == 1, so=so, otherwise=otherwise)
    for paid in payments[:1]:
        is_other = paid.payment_method_id != method_id
        so, otherwise = "The new payment method is another one", "The new payment method is the one it was paid with"
        yield checks.told(is_other, so=so, otherwise=otherwise)
        yield from checks.about_cover(case, method_id, paid.amount)


def _stake(after: Case) -> Decimal:
    return after.ordered().payments[-1].amount


PAY_OTHERWISE = Rule(apply=pay_otherwise, checks=_checks, subject="1 order", stake=_stake)
