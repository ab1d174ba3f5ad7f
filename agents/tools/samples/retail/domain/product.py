"""What the shop sells: products with variants that differ in their options."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from agents.tools.samples.retail.domain.money import money, number


@dataclass(frozen=True)
class Variant:
    """One thing that can be bought."""

    item_id: str
    product_id: str
    name: str
    """The product's name."""
    options: dict[str, str]
    is_available: bool
    price: Decimal

    def as_json(self) -> dict[str, Any]:
        """The variant as the data writes it."""
        return {
            "item_id": self.item_id,
            "options": self.options,
            "available": self.is_available,
            "price": number(self.price),
        }


@dataclass(frozen=True)
class Product:
    """A type of product and its variants."""

    product_id: str
    name: str
    variants: tuple[Variant, ...]

    @classmethod
    def parse(cls, document: dict[str, Any]) -> Self:
        """Read a product from JSON, of the data or of a row."""
        product_id, name = document["product_id"], document["name"]
        return cls(
            product_id=product_id,
            name=name,
            variants=tuple(
                Variant(
                    item_id=variant["item_id"],
                    product_id=product_id,
                    name=name,
                    options=variant["options"],
                    is_available=variant["available"],
                    price=money(variant["price"]),
                )
                for variant in document["variants"].values()
            ),
        )

    def as_json(self) -> dict[str, Any]:
        """The product as the data writes it."""
        return {
            "name": self.name,
            "product_id": self.product_id,
            "variants": {variant.item_id: variant.as_json() for variant in self.variants},
        }
