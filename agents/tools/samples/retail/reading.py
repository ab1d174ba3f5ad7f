"""Documents from rows, as one world sees them: each aggregate is one statement that writes the document itself."""

import json
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection

from agents.tools.samples.retail import models
from agents.tools.samples.retail.domain.customer import Customer
from agents.tools.samples.retail.domain.order import Order
from agents.tools.samples.retail.domain.product import Product, Variant
from agents.tools.samples.retail.domain.text import is_storable

_SQL = {file.stem: file.read_text(encoding="utf-8") for file in (Path(__file__).parent / "sql").glob("*.sql")}
"""Plain SQL: the ORM needs several times as long to write these statements as the database to run them."""


def world_of(run_key: UUID) -> models.World:
    """The world of a run; one nobody prepared reads the shared world."""
    key = str(run_key)
    return models.World.objects.filter(key=key).first() or models.World(key=key)


def find_order(world: models.World, order_id: str) -> Order | None:
    """The order of this id; None for an id no row could have."""
    document = _one("order", world, order_id=order_id)
    return Order.parse(document) if document else None


def find_customer(world: models.World, user_id: str) -> Customer | None:
    """The customer of this id; None for an id no row could have."""
    document = _one("customer", world, user_id=user_id)
    return Customer.parse(user_id, document) if document else None


def find_product(world: models.World, product_id: str) -> Product | None:
    """The product of this id; None for an id no row could have."""
    document = _one("product", world, product_id=product_id)
    return Product.parse(document) if document else None


def find_variants(world: models.World, item_ids: Iterable[str]) -> dict[str, Variant]:
    """The variants of these ids that the shop sells, by id."""
    wanted = [item_id for item_id in item_ids if is_storable(item_id)]
    products = [Product.parse(document) for document in _all("variants", world, item_ids=wanted)]
    return {variant.item_id: variant for product in products for variant in product.variants}


def find_by_email(world: models.World, email: str) -> str | None:
    """The id of the first customer with this e-mail address; capitals make no difference."""
    user_id: str | None = _one("user_by_email", world, email=email)
    return user_id


def find_by_name(world: models.World, *, first_name: str, last_name: str, postal_code: str) -> str | None:
    """The id of the first customer with this name and postal code; capitals make no difference."""
    names = {"first_name": first_name, "last_name": last_name}
    user_id: str | None = _one("user_by_name", world, zip=postal_code, **names)
    return user_id


def _one(statement: str, world: models.World, **values: str) -> Any:
    """The first document of a statement; None where there is none or a value is nothing a row could hold."""
    if not all(map(is_storable, values.values())):
        return None
    return next(iter(_all(statement, world, **values)), None)


def _all(statement: str, world: models.World, **values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(_SQL[statement], values | {"own": world.key, "base": world.base})
        return [json.loads(text, parse_float=Decimal) for (text,) in cursor.fetchall()]
