"""Documents from rows, as one world sees them."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any
from uuid import UUID

from agents.tools.samples.retail import models
from agents.tools.samples.retail.domain.customer import Address, Customer, Method
from agents.tools.samples.retail.domain.money import money
from agents.tools.samples.retail.domain.order import Exchange, Item, Order, Payment, Return
from agents.tools.samples.retail.domain.product import Product, Variant
from agents.tools.samples.retail.domain.stamp import Stamp
from agents.tools.samples.retail.domain.text import is_storable

_LINES = tuple(field.name for field in fields(Address))


def world_of(run_key: UUID) -> models.World:
    """The world of a run; one nobody prepared reads the shared world."""
    key = str(run_key)
    return models.World.objects.filter(key=key).first() or models.World(key=key)


def find_order(world: models.World, order_id: str) -> Order | None:
    """The order of this id; None for an id no row could have."""
    if not is_storable(order_id):
        return None
    row = models.Order.objects.seen(world).with_parts().filter(order_id=order_id).values().first()
    return _order(world, dict(row)) if row else None


def find_customer(world: models.World, user_id: str) -> Customer | None:
    """The customer of this id; None for an id no row could have."""
    if not is_storable(user_id):
        return None
    row = models.Customer.objects.seen(world).with_methods().filter(user_id=user_id).values().first()
    return _customer(world, dict(row)) if row else None


def find_product(world: models.World, product_id: str) -> Product | None:
    """The product of this id; None for an id no row could have."""
    if not is_storable(product_id):
        return None
    row = models.Product.objects.seen(world).with_variants().filter(product_id=product_id).values().first()
    return _product(dict(row)) if row else None


def find_variants(world: models.World, item_ids: Iterable[str]) -> dict[str, Variant]:
    """The variants of these ids that the shop sells, by id."""
    wanted = {item_id for item_id in item_ids if is_storable(item_id)}
    rows = models.Variant.objects.seen(world).filter(item_id__in=wanted).select_related("product")
    return {
        row.item_id: Variant(
            item_id=row.item_id,
            product_id=row.product.product_id,
            name=row.product.name,
            options=row.options,
            is_available=row.is_available,
            price=row.price,
        )
        for row in rows
    }


def _stamp(world: models.World, row: dict[str, Any]) -> Stamp:
    return Stamp(key=row["id"], version=row["version"], is_own=row["world"] == world.key)


def _address(row: dict[str, Any]) -> Address:
    return Address(**{line: row[line] for line in _LINES})


def _product(row: dict[str, Any]) -> Product:
    shared = {"product_id": row["product_id"], "name": row["name"]}
    variants = tuple(_variant(part | shared) for part in row["variant_list"])
    return Product(variants=variants, **shared)


def _variant(part: dict[str, Any]) -> Variant:
    return Variant(**part | {"price": money(part["price"])})


def _customer(world: models.World, row: dict[str, Any]) -> Customer:
    return Customer(
        user_id=row["user_id"],
        first_name=row["first_name"],
        last_name=row["last_name"],
        email=row["email"],
        address=_address(row),
        methods=tuple(_method(part) for part in row["method_list"]),
        orders=tuple(row["orders"]),
        stamp=_stamp(world, row),
    )


def _method(part: dict[str, Any]) -> Method:
    return Method(**part | {"balance": None if part["balance"] is None else money(part["balance"])})


def _order(world: models.World, row: dict[str, Any]) -> Order:
    return Order(
        order_id=row["order_id"],
        user_id=row["user_id"],
        address=_address(row),
        items=tuple(Item.parse(part) for part in row["item_list"]),
        status=row["status"],
        fulfillments=tuple(row["fulfillments"]),
        payments=tuple(Payment.parse(part) for part in row["payment_list"]),
        cancel_reason=row["cancel_reason"],
        exchange=_exchange(row),
        returned=_returned(row),
        stamp=_stamp(world, row),
    )


def _exchange(row: dict[str, Any]) -> Exchange | None:
    if row["exchange_items"] is None:
        return None
    return Exchange(
        item_ids=tuple(row["exchange_items"]),
        new_item_ids=tuple(row["exchange_new_items"]),
        method_id=row["exchange_method_id"],
        difference=row["exchange_difference"],
    )


def _returned(row: dict[str, Any]) -> Return | None:
    if row["return_items"] is None:
        return None
    return Return(item_ids=tuple(row["return_items"]), method_id=row["return_method_id"])
