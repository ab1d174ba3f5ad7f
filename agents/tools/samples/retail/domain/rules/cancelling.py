"""Cancelling a pending order: everything paid is refunded."""

from dataclasses import replace
from decimal import Decimal

from agents.domain.errors import Refusal
from agents.tools.samples.retail.domain import checks
from agents.tools.samples.retail.domain.case import Case
from agents.tools.samples.retail.domain.money import plain
from agents.tools.samples.retail.domain.order import OrderStatus
from agents.tools.samples.retail.domain.rules.rule import Rule
from approvals.domain.evidence import Check, TypedFact

REASONS = ("no longer needed", "ordered by mistake")


def cancel(case: Case, *, reason: str) -> Case:
    """Cancel and refund every payment to where it came from; gift cards are credited at once."""
    order = case.ordered()
    if order.status != OrderStatus.PENDING:
        raise Refusal("Non-pending order cannot be cancelled")
    if reason not in REASONS:
        raise Refusal("Invalid reason")
    customer = case.buyer()
    for payment in order.payments:
        customer.method(payment.payment_method_id)
        customer = customer.charged(payment.payment_method_id, -payment.amount)
    refunds = tuple(replace(payment, transaction_type="refund") for payment in order.payments)
    order = replace(order, status=OrderStatus.CANCELLED, cancel_reason=reason, payments=order.payments + refunds)
    return replace(case, order=order, customer=customer)


def _checks(case: Case, *, reason: str) -> tuple[Check, ...]:
    is_pending = case.order is not None and case.order.status == OrderStatus.PENDING
    return (
        *checks.about_order(case, status="pending", passed=is_pending),
        checks.told(
            reason in REASONS,
            so="The reason is one the shop accepts",
            otherwise="The reason is none the shop accepts",
        ),
    )


def _stake(after: Case) -> Decimal:
    return sum((paid.amount for paid in after.ordered().payments if paid.transaction_type == "refund"), Decimal(0))


def _fact(after: Case) -> TypedFact:
    """Now the amount, now the number, so that the hand cannot learn one answer by heart."""
    order_id = after.ordered().order_id
    if ord(order_id[-1]) % 2:
        return TypedFact(label="the last four characters of the order number", value=order_id[-4:])
    return TypedFact(label="the refund amount in dollars", value=plain(_stake(after)), kind="amount")


CANCEL = Rule(apply=cancel, checks=_checks, subject="1 order", stake=_stake, fact=_fact)
