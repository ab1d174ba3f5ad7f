"""Rows from documents: a run's first write copies an aggregate into its own world, later ones change the copy."""

from dataclasses import asdict
from typing import Any

from django.db import IntegrityError
from django.db.models import QuerySet

from agents.domain.errors import Refusal
from agents.tools.samples.retail import models
from agents.tools.samples.retail.domain.case import Case
from agents.tools.samples.retail.domain.customer import Customer
from agents.tools.samples.retail.domain.order import Order
from agents.tools.samples.retail.domain.stamp import Stamp


class WorldMoved(Refusal):
    """Another call changed this at the same time, so this one must not be written."""

    code = "world_moved"


def save(world: models.World, before: Case, after: Case) -> None:
    """Write what a rule changed; raises WorldMoved when a row is no longer the one that was read.

    Runs in the caller's transaction, which has to be rolled back when this raises.
    """
    if after.order is not None and after.order != before.order:
        save_order(world, after.order)
    if after.customer is not None and after.customer != before.customer:
        save_customer(world, after.customer)


def save_order(world: models.World, order: Order) -> None:
    """Write an order with its items and payments into a world; raises WorldMoved."""
    key = _write(models.Order.objects.all(), world, order.stamp, order_columns(order))
    models.Item.objects.bulk_create(
        item_rows(key, order),
        update_conflicts=True,
        unique_fields=["order", "position"],
        update_fields=["item_id", "price", "options"],
    )
    models.Payment.objects.bulk_create(payment_rows(key, order), ignore_conflicts=True)


def save_customer(world: models.World, customer: Customer) -> None:
    """Write a customer with the payment methods into a world; raises WorldMoved."""
    key = _write(models.Customer.objects.all(), world, customer.stamp, customer_columns(customer))
    models.Method.objects.bulk_create(
        method_rows(key, customer),
        update_conflicts=True,
        unique_fields=["customer", "method_id"],
        update_fields=["balance"],
    )


def _write(rows: QuerySet[Any], world: models.World, stamp: Stamp, columns: dict[str, Any]) -> int:
    """Insert the copy, or update the row if it is still the version that was read; returns its key."""
    columns = columns | {"version": stamp.version + 1}
    if not stamp.is_own:
        return _insert(rows, columns | {"world": world.key})
    if rows.filter(pk=stamp.key, version=stamp.version).update(**columns) != 1:
        raise WorldMoved
    return stamp.key


def _insert(rows: QuerySet[Any], columns: dict[str, Any]) -> int:
    try:
        key: int = rows.create(**columns).pk
    except IntegrityError as error:
        raise WorldMoved from error
    return key


def order_columns(order: Order) -> dict[str, Any]:
    """The columns of an order's row, without its world and version."""
    exchange, returned = order.exchange, order.returned
    return asdict(order.address) | {
        "order_id": order.order_id,
        "user_id": order.user_id,
        "status": str(order.status),
        "fulfillments": list(order.fulfillments),
        "cancel_reason": order.cancel_reason,
        "exchange_items": list(exchange.item_ids) if exchange else None,
        "exchange_new_items": list(exchange.new_item_ids) if exchange else None,
        "exchange_method_id": exchange.method_id if exchange else "",
        "exchange_difference": exchange.difference if exchange else None,
        "return_items": list(returned.item_ids) if returned else None,
        "return_method_id": returned.method_id if returned else "",
    }


def item_rows(key: int, order: Order) -> list[models.Item]:
    """The rows of an order's items, below the row of this key."""
    return [models.Item(order_id=key, position=place, **vars(item)) for place, item in enumerate(order.items)]


def payment_rows(key: int, order: Order) -> list[models.Payment]:
    """The rows of an order's payments, below the row of this key."""
    return [models.Payment(order_id=key, position=place, **vars(paid)) for place, paid in enumerate(order.payments)]


def customer_columns(customer: Customer) -> dict[str, Any]:
    """The columns of a customer's row, without its world and version."""
    return asdict(customer.address) | {
        "user_id": customer.user_id,
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "email": customer.email,
        "orders": list(customer.orders),
    }


def method_rows(key: int, customer: Customer) -> list[models.Method]:
    """The rows of a customer's payment methods, below the row of this key."""
    return [models.Method(customer_id=key, **vars(method)) for method in customer.methods]
