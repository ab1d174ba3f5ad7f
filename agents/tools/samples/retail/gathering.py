"""The documents one call is about, read in as few queries as there are aggregates."""

from typing import Any

from agents.tools.samples.retail import models, reading
from agents.tools.samples.retail.domain.case import Case
from agents.tools.samples.retail.domain.edition import Edition

_NAMES = frozenset({"order_id", "user_id"})
"""Arguments that name the case; the others say what to do with it."""


def gather(world: models.World, arguments: dict[str, Any]) -> Case:
    """The case of a call whose arguments fit its schema: order, customer and new items, as far as there are any."""
    order = reading.find_order(world, arguments["order_id"]) if "order_id" in arguments else None
    user_id = order.user_id if order else arguments.get("user_id")
    new_items = arguments.get("new_item_ids") if order else None
    return Case(
        order=order,
        customer=reading.find_customer(world, user_id) if user_id else None,
        variants=reading.find_variants(world, new_items) if new_items else {},
        edition=Edition(world.edition),
        visitor=world.customer,
    )


def details(arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments a rule takes."""
    return {name: value for name, value in arguments.items() if name not in _NAMES}
