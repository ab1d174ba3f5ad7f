"""An order with its items and payments, as a document."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, Self

from agents.tools.samples.retail.domain.customer import Address
from agents.tools.samples.retail.domain.money import money, number
from agents.tools.samples.retail.domain.product import Variant
from agents.tools.samples.retail.domain.stamp import Stamp


class OrderStatus(StrEnum):
    """Where an order stands."""

    PENDING = "pending"
    MODIFIED = "pending (item modified)"
    PROCESSED = "processed"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    EXCHANGE_REQUESTED = "exchange requested"
    RETURN_REQUESTED = "return requested"


@dataclass(frozen=True)
class Item:
    """One thing that was ordered, at the price of that day."""

    item_id: str
    product_id: str
    name: str
    price: Decimal
    options: dict[str, str]

    @classmethod
    def parse(cls, document: dict[str, Any]) -> Self:
        """Read an item from JSON."""
        return cls(**{**document, "price": money(document["price"])})

    def as_json(self) -> dict[str, Any]:
        """The item as the data writes it."""
        return asdict(self) | {"price": number(self.price)}


@dataclass(frozen=True)
class Payment:
    """Money that moved, either way; `amount` is never negative."""

    transaction_type: Literal["payment", "refund"]
    amount: Decimal
    payment_method_id: str

    @classmethod
    def parse(cls, document: dict[str, Any]) -> Self:
        """Read a payment from JSON."""
        return cls(**{**document, "amount": money(document["amount"])})

    def as_json(self) -> dict[str, Any]:
        """The payment as the data writes it."""
        return asdict(self) | {"amount": number(self.amount)}


@dataclass(frozen=True)
class Exchange:
    """What the customer wants exchanged, for what, and who settles the difference."""

    item_ids: tuple[str, ...]
    new_item_ids: tuple[str, ...]
    method_id: str
    difference: Decimal

    @classmethod
    def parse(cls, document: dict[str, Any]) -> Self:
        """Read what is wanted from an order's JSON."""
        return cls(
            item_ids=tuple(document["exchange_items"]),
            new_item_ids=tuple(document["exchange_new_items"]),
            method_id=document["exchange_payment_method_id"],
            difference=money(document["exchange_price_difference"]),
        )

    def as_json(self) -> dict[str, Any]:
        """The part of an order's JSON that says what is wanted."""
        return {
            "exchange_items": list(self.item_ids),
            "exchange_new_items": list(self.new_item_ids),
            "exchange_payment_method_id": self.method_id,
            "exchange_price_difference": number(self.difference),
        }


@dataclass(frozen=True)
class Return:
    """What the customer sends back and where the refund goes."""

    item_ids: tuple[str, ...]
    method_id: str

    @classmethod
    def parse(cls, document: dict[str, Any]) -> Self:
        """Read what is wanted from an order's JSON."""
        return cls(item_ids=tuple(document["return_items"]), method_id=document["return_payment_method_id"])

    def as_json(self) -> dict[str, Any]:
        """The part of an order's JSON that says what is wanted."""
        return {"return_items": list(self.item_ids), "return_payment_method_id": self.method_id}


@dataclass(frozen=True)
class Order:
    """One order of one customer."""

    order_id: str
    user_id: str
    address: Address
    items: tuple[Item, ...]
    status: str
    fulfillments: tuple[dict[str, Any], ...]
    payments: tuple[Payment, ...]
    cancel_reason: str = ""
    exchange: Exchange | None = None
    returned: Return | None = None
    stamp: Stamp = field(default=Stamp(), compare=False)

    @classmethod
    def parse(cls, document: dict[str, Any]) -> Self:
        """Read an order from JSON, of the data or of a row."""
        return cls(
            order_id=document["order_id"],
            user_id=document["user_id"],
            address=Address(**document["address"]),
            items=tuple(Item.parse(item) for item in document["items"]),
            status=document["status"],
            fulfillments=tuple(document["fulfillments"]),
            payments=tuple(Payment.parse(payment) for payment in document["payment_history"]),
            cancel_reason=document.get("cancel_reason", ""),
            exchange=Exchange.parse(document) if document.get("exchange_items") is not None else None,
            returned=Return.parse(document) if document.get("return_items") is not None else None,
            stamp=Stamp(**document.get("stamp", {})),
        )

    def find_item(self, item_id: str) -> Item | None:
        """The first item of this id, if there is one."""
        return next((item for item in self.items if item.item_id == item_id), None)

    def missing(self, item_ids: Sequence[str]) -> list[str]:
        """The ids that are asked for more often than the order has them, in the order asked."""
        spare = Counter(item_ids)
        spare.subtract(item.item_id for item in self.items)
        return [item_id for item_id in dict.fromkeys(item_ids) if spare[item_id] > 0]

    def swapped(self, item_id: str, variant: Variant) -> Self:
        """The order with the first item of this id replaced by a variant of the same product."""
        items = list(self.items)
        place = next(index for index, item in enumerate(items) if item.item_id == item_id)
        items[place] = replace(items[place], item_id=variant.item_id, price=variant.price, options=variant.options)
        return replace(self, items=tuple(items))

    def as_json(self) -> dict[str, Any]:
        """The order as the data writes it; what never happened to it is left out."""
        document: dict[str, Any] = {
            "order_id": self.order_id,
            "user_id": self.user_id,
            "address": asdict(self.address),
            "items": [item.as_json() for item in self.items],
            "status": str(self.status),
            "fulfillments": list(self.fulfillments),
            "payment_history": [payment.as_json() for payment in self.payments],
        }
        if self.cancel_reason:
            document["cancel_reason"] = self.cancel_reason
        for wanted in (self.exchange, self.returned):
            document |= wanted.as_json() if wanted else {}
        return document
