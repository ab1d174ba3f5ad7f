"""Changing what an order consists of: other items, exchanges, returns; each works once an order."""

from typing import Any

from agents.domain.tool import Call
from agents.tools.registry import tool
from agents.tools.samples.retail.domain.rules.returning import TAKE_BACK
from agents.tools.samples.retail.domain.rules.swapping import EXCHANGE, MODIFY
from agents.tools.samples.retail.performing import perform
from agents.tools.samples.retail.previewing import preview_of, reads_of
from agents.tools.samples.retail.tools.arguments import ItemIds, MethodId, NewItemIds, OrderId
from agents.tools.samples.retail.tools.offering import methods_of


@tool(
    effect="write",
    reversibility="costly",
    effect_class="A",
    title="Change items of order {order_id}",
    preview=preview_of("modify_pending_order_items", MODIFY),
    reads=reads_of("modify_pending_order_items"),
    options={"payment_method_id": methods_of("modify_pending_order_items", MODIFY)},
)
def modify_pending_order_items(
    call: Call, *, order_id: OrderId, item_ids: ItemIds, new_item_ids: NewItemIds, payment_method_id: MethodId
) -> dict[str, Any]:
    """Replace items of a pending order by other variants of the same products; the difference is settled at once.
    Works once an order, so all items in one call. Only after the customer said yes to exactly this.

    Returns the order as it is afterwards; raises Refusal.
    """
    arguments = {"item_ids": item_ids, "new_item_ids": new_item_ids, "payment_method_id": payment_method_id}
    return perform(call, MODIFY, order_id=order_id, **arguments).ordered().as_json()


@tool(
    effect="write",
    reversibility="costly",
    effect_class="A",
    title="Exchange items of order {order_id}",
    preview=preview_of("exchange_delivered_order_items", EXCHANGE),
    reads=reads_of("exchange_delivered_order_items"),
    options={"payment_method_id": methods_of("exchange_delivered_order_items", EXCHANGE)},
)
def exchange_delivered_order_items(
    call: Call, *, order_id: OrderId, item_ids: ItemIds, new_item_ids: NewItemIds, payment_method_id: MethodId
) -> dict[str, Any]:
    """Request the exchange of delivered items for other variants of the same products.
    Works once an order, so all items in one call. Only after the customer said yes to exactly this.

    Returns the order as it is afterwards; raises Refusal.
    """
    arguments = {"item_ids": item_ids, "new_item_ids": new_item_ids, "payment_method_id": payment_method_id}
    return perform(call, EXCHANGE, order_id=order_id, **arguments).ordered().as_json()


@tool(
    effect="write",
    reversibility="costly",
    effect_class="A",
    title="Take back items of order {order_id}",
    preview=preview_of("return_delivered_order_items", TAKE_BACK),
    reads=reads_of("return_delivered_order_items"),
    options={"payment_method_id": methods_of("return_delivered_order_items", TAKE_BACK)},
)
def return_delivered_order_items(
    call: Call, *, order_id: OrderId, item_ids: ItemIds, payment_method_id: MethodId
) -> dict[str, Any]:
    """Request the return of delivered items; the refund goes to a gift card or to where the order was paid from.
    Works once an order, so all items in one call. Only after the customer said yes to exactly this.

    Returns the order as it is afterwards; raises Refusal.
    """
    case = perform(call, TAKE_BACK, order_id=order_id, item_ids=item_ids, payment_method_id=payment_method_id)
    return case.ordered().as_json()
