"""A customer with an address and payment methods, as a document."""

from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Any, Self

from agents.domain.errors import Refusal
from agents.tools.samples.retail.domain.money import money, number
from agents.tools.samples.retail.domain.stamp import Stamp


@dataclass(frozen=True)
class Address:
    """Where something is sent; six lines of text."""

    address1: str
    address2: str
    city: str
    country: str
    state: str
    zip: str


@dataclass(frozen=True)
class Method:
    """One way to pay: `credit_card`, `paypal` or `gift_card`."""

    method_id: str
    source: str
    brand: str = ""
    last_four: str = ""
    balance: Decimal | None = None
    """What is left on a gift card; None for the others."""

    @classmethod
    def parse(cls, document: dict[str, Any]) -> Self:
        """Read a method from JSON."""
        balance = document.get("balance")
        return cls(
            method_id=document["id"],
            source=document["source"],
            brand=document.get("brand", ""),
            last_four=document.get("last_four", ""),
            balance=None if balance is None else money(balance),
        )

    def covers(self, amount: Decimal) -> bool:
        """Whether the method can pay the amount; only gift cards run out."""
        return self.balance is None or self.balance >= amount

    def charged(self, amount: Decimal) -> Self:
        """The method after paying the amount (a negative one is a refund); only gift cards change at once."""
        return self if self.balance is None else replace(self, balance=self.balance - amount)

    def as_json(self) -> dict[str, Any]:
        """The method as the data writes it."""
        document: dict[str, Any] = {"source": self.source, "id": self.method_id}
        if self.source == "credit_card":
            document |= {"brand": self.brand, "last_four": self.last_four}
        if self.balance is not None:
            document["balance"] = number(self.balance)
        return document


@dataclass(frozen=True)
class Customer:
    """One customer of the shop."""

    user_id: str
    first_name: str
    last_name: str
    email: str
    address: Address
    methods: tuple[Method, ...]
    orders: tuple[str, ...]
    stamp: Stamp = field(default=Stamp(), compare=False)

    @classmethod
    def parse(cls, user_id: str, document: dict[str, Any]) -> Self:
        """Read a customer from JSON, of the data or of a row."""
        return cls(
            user_id=user_id,
            first_name=document["name"]["first_name"],
            last_name=document["name"]["last_name"],
            email=document["email"],
            address=Address(**document["address"]),
            methods=tuple(Method.parse(method) for method in document["payment_methods"].values()),
            orders=tuple(document["orders"]),
            stamp=Stamp(**document.get("stamp", {})),
        )

    def find_method(self, method_id: str) -> Method | None:
        """The customer's payment method of this id, if there is one."""
        return next((method for method in self.methods if method.method_id == method_id), None)

    def method(self, method_id: str) -> Method:
        """The customer's payment method of this id; raises Refusal when it is not theirs."""
        method = self.find_method(method_id)
        if method is None:
            raise Refusal("Payment method not found")
        return method

    def charged(self, method_id: str, amount: Decimal) -> Self:
        """The customer after one method paid the amount; a negative amount is a refund."""
        methods = (method.charged(amount) if method.method_id == method_id else method for method in self.methods)
        return replace(self, methods=tuple(methods))

    def as_json(self, *, with_id: bool) -> dict[str, Any]:
        """The customer as the data writes it; editions differ in whether the id is part of it."""
        document: dict[str, Any] = {"user_id": self.user_id} if with_id else {}
        return document | {
            "name": {"first_name": self.first_name, "last_name": self.last_name},
            "address": asdict(self.address),
            "email": self.email,
            "payment_methods": {method.method_id: method.as_json() for method in self.methods},
            "orders": list(self.orders),
        }
