"""Changing an order or a customer; every one of these is a write into the run's own world."""

from typing import Any

from agents.domain.tool import Call
from agents.tools.registry import tool
from agents.tools.samples.retail.domain.rules.addressing import READDRESS_CUSTOMER, READDRESS_ORDER
from agents.tools.samples.retail.domain.rules.cancelling import CANCEL
from agents.tools.samples.retail.domain.rules.paying import PAY_OTHERWISE
from agents.tools.samples.retail.performing import perform
from agents.tools.samples.retail.previewing import preview_of, reads_of
from agents.tools.samples.retail.tools.arguments import (
    CancelReason,
    City,
    Country,
    MethodId,
    OrderId,
    PostalCode,
    SecondLine,
    State,
    Street,
    UserId,
)
from agents.tools.samples.retail.tools.offering import methods_of


@tool(
    effect="destructive",
    reversibility="irreversible",
    effect_class="A",
    title="Cancel order {order_id}",
    preview=preview_of("cancel_pending_order", CANCEL),
    reads=reads_of("cancel_pending_order"),
)
def cancel_pending_order(call: Call, *, order_id: OrderId, reason: CancelReason) -> dict[str, Any]:
    """Cancel a pending order and refund it: a gift card at once, anything else in 5 to 7 business days.
    Only after the customer said yes to exactly this.

    Returns the order as it is afterwards; raises Refusal.
    """
    return perform(call, CANCEL, order_id=order_id, reason=reason).ordered().as_json()


@tool(
    effect="write",
    reversibility="costly",
    effect_class="A",
    title="Change the payment of order {order_id} to {payment_method_id}",
    preview=preview_of("modify_pending_order_payment", PAY_OTHERWISE),
    reads=reads_of("modify_pending_order_payment"),
    options={"payment_method_id": methods_of("modify_pending_order_payment", PAY_OTHERWISE)},
)
def modify_pending_order_payment(call: Call, *, order_id: OrderId, payment_method_id: MethodId) -> dict[str, Any]:
    """Charge a pending order to another payment method of the customer and refund the first; works once an order.
    Only after the customer said yes to exactly this.

    Returns the order as it is afterwards; raises Refusal.
    """
    return perform(call, PAY_OTHERWISE, order_id=order_id, payment_method_id=payment_method_id).ordered().as_json()


@tool(
    effect="write",
    effect_class="A",
    title="Change the delivery address of order {order_id}",
    preview=preview_of("modify_pending_order_address", READDRESS_ORDER),
    reads=reads_of("modify_pending_order_address"),
    compensate="modify_pending_order_address",
)
def modify_pending_order_address(
    call: Call,
    *,
    order_id: OrderId,
    address1: Street,
    address2: SecondLine,
    city: City,
    state: State,
    country: Country,
    zip: PostalCode,  # noqa: A002
) -> dict[str, Any]:
    """Send a pending order to another address. Only after the customer said yes to exactly this.

    Returns the order as it is afterwards; raises Refusal.
    """
    lines = {"address1": address1, "address2": address2, "city": city, "state": state, "country": country, "zip": zip}
    return perform(call, READDRESS_ORDER, order_id=order_id, **lines).ordered().as_json()


@tool(
    effect="write",
    effect_class="A",
    title="Change the default address of {user_id}",
    preview=preview_of("modify_user_address", READDRESS_CUSTOMER),
    reads=reads_of("modify_user_address"),
    compensate="modify_user_address",
)
def modify_user_address(
    call: Call,
    *,
    user_id: UserId,
    address1: Street,
    address2: SecondLine,
    city: City,
    state: State,
    country: Country,
    zip: PostalCode,  # noqa: A002
) -> dict[str, Any]:
    """Change a customer's default address; orders already placed keep theirs. Only after the customer said yes to
    exactly this.

    Returns the customer as they are afterwards; raises Refusal.
    """
    lines = {"address1": address1, "address2": address2, "city": city, "state": state, "country": country, "zip": zip}
    case = perform(call, READDRESS_CUSTOMER, user_id=user_id, **lines)
    return case.buyer().as_json(with_id=case.edition.names_customers)
