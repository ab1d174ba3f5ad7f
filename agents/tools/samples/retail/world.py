"""Base worlds: the shop's data imported from files, once."""

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from agents.domain.errors import AgentError
from agents.tools.samples.retail import DATA, models, saving
from agents.tools.samples.retail.domain.customer import Customer
from agents.tools.samples.retail.domain.edition import Edition
from agents.tools.samples.retail.domain.order import Order
from agents.tools.samples.retail.domain.product import Product, Variant

_PARTS = ("users", "products", "orders")


class OtherWorld(AgentError):
    """A base world is never replaced, because runs may be reading it; import the data under another key."""

    code = "other_world"


@transaction.atomic
def load_world(path: Path = DATA / "db.json.gz", *, key: str = "", edition: Edition = Edition.TAU2) -> bool:
    """Import a base world from one file, or from a folder of `users`, `products` and `orders` `.json.gz`.

    Returns whether anything was imported: the same data again is left alone, other data under the same key raises
    OtherWorld. Two loaders at once are safe, the second waits and finds the work done.
    """
    contents = _contents(path)
    values = {"base": key, "edition": edition, "sha256": hashlib.sha256(b"".join(contents)).hexdigest()}
    world, is_new = models.World.objects.get_or_create(key=key, defaults=values)
    if (world.sha256, world.edition) != (values["sha256"], edition):
        raise OtherWorld(repr(key))
    if is_new:
        _fill(key, _parse(contents))
    return is_new


def open_world(run_key: UUID, *, base: str = "", customer: str = "") -> models.World:
    """Say from which base a run reads and whose conversation it is; to be called before its first step.

    Raises World.DoesNotExist for a base nobody loaded.
    """
    edition = models.World.objects.get(key=base, base=base).edition
    values = {"base": base, "edition": edition, "customer": customer}
    world, _ = models.World.objects.update_or_create(key=str(run_key), defaults=values)
    return world


def _contents(path: Path) -> list[bytes]:
    files = [path / f"{part}.json.gz" for part in _PARTS] if path.is_dir() else [path]
    return [gzip.decompress(file.read_bytes()) for file in files]


def _parse(contents: list[bytes]) -> dict[str, Any]:
    documents = [json.loads(content) for content in contents]
    whole: dict[str, Any] = documents[0]
    return whole if len(documents) == 1 else dict(zip(_PARTS, documents, strict=True))


def _fill(key: str, data: dict[str, Any]) -> None:
    _fill_customers(key, [Customer.parse(user_id, document) for user_id, document in data["users"].items()])
    _fill_products(key, [Product.parse(document) for document in data["products"].values()])
    _fill_orders(key, [Order.parse(document) for document in data["orders"].values()])


def _fill_customers(key: str, customers: list[Customer]) -> None:
    rows = models.Customer.objects.bulk_create(
        models.Customer(world=key, **saving.customer_columns(customer)) for customer in customers
    )
    pairs = zip(rows, customers, strict=True)
    models.Method.objects.bulk_create(
        method for row, customer in pairs for method in saving.method_rows(row.pk, customer)
    )


def _fill_products(key: str, products: list[Product]) -> None:
    rows = models.Product.objects.bulk_create(
        models.Product(world=key, product_id=product.product_id, name=product.name) for product in products
    )
    pairs = zip(rows, products, strict=True)
    models.Variant.objects.bulk_create(_variant(row, variant) for row, product in pairs for variant in product.variants)


def _variant(row: models.Product, variant: Variant) -> models.Variant:
    return models.Variant(
        world=row.world,
        product=row,
        item_id=variant.item_id,
        options=variant.options,
        is_available=variant.is_available,
        price=variant.price,
    )


def _fill_orders(key: str, orders: list[Order]) -> None:
    rows = models.Order.objects.bulk_create(models.Order(world=key, **saving.order_columns(order)) for order in orders)
    pairs = list(zip(rows, orders, strict=True))
    models.Item.objects.bulk_create(item for row, order in pairs for item in saving.item_rows(row.pk, order))
    models.Payment.objects.bulk_create(paid for row, order in pairs for paid in saving.payment_rows(row.pk, order))
