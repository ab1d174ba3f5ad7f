"""The retail shop in memory: the sample's own pure rules over its shipped data, without a database."""

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

from agents.domain.errors import Refusal
from agents.tools.samples import retail
from agents.tools.samples.retail.domain import arithmetic
from agents.tools.samples.retail.domain.case import Case
from agents.tools.samples.retail.domain.customer import Customer
from agents.tools.samples.retail.domain.order import Order
from agents.tools.samples.retail.domain.product import Product, Variant
from agents.tools.samples.retail.domain.rules.addressing import READDRESS_CUSTOMER, READDRESS_ORDER
from agents.tools.samples.retail.domain.rules.cancelling import CANCEL
from agents.tools.samples.retail.domain.rules.paying import PAY_OTHERWISE
from agents.tools.samples.retail.domain.rules.returning import TAKE_BACK
from agents.tools.samples.retail.domain.rules.swapping import EXCHANGE, MODIFY

DATA = Path(retail.__file__).parent / "data"
RULES = {
    "cancel_pending_order": CANCEL,
    "exchange_delivered_order_items": EXCHANGE,
    "modify_pending_order_address": READDRESS_ORDER,
    "modify_pending_order_items": MODIFY,
    "modify_pending_order_payment": PAY_OTHERWISE,
    "modify_user_address": READDRESS_CUSTOMER,
    "return_delivered_order_items": TAKE_BACK,
}
READS = (
    "calculate", "find_user_id_by_email", "find_user_id_by_name_zip", "get_order_details", "get_product_details",
    "get_user_details", "list_all_product_types",
)  # fmt: skip
TOOLS = (*READS, *RULES, "transfer_to_human_agents")


@cache
def tasks() -> tuple[dict[str, Any], ...]:
    """The benchmark's tasks."""
    return tuple(json.loads(gzip.decompress((DATA / "tasks.json.gz").read_bytes())))


@cache
def _world() -> tuple[dict[str, Customer], dict[str, Product], dict[str, Order]]:
    data = json.loads(gzip.decompress((DATA / "db.json.gz").read_bytes()))
    return (
        {user_id: Customer.parse(user_id, document) for user_id, document in data["users"].items()},
        {document["product_id"]: Product.parse(document) for document in data["products"].values()},
        {document["order_id"]: Order.parse(document) for document in data["orders"].values()},
    )


class Shop:
    """One run's world; calling it changes it."""

    def __init__(self) -> None:
        customers, self.products, orders = _world()
        self.customers, self.orders = dict(customers), dict(orders)

    def call(self, tool: str, arguments: dict[str, Any]) -> Any:
        """Carry out one call; raises Refusal."""
        if tool in RULES:
            return self._write(tool, arguments)
        if tool == "transfer_to_human_agents":
            return "Transfer successful"
        return getattr(self, tool)(**arguments)

    def _write(self, tool: str, arguments: dict[str, Any]) -> Any:
        order = self.orders.get(arguments.get("order_id", ""))
        customer = self.customers.get(order.user_id if order else arguments.get("user_id", ""))
        case = Case(order=order, customer=customer, variants=self._variants(arguments.get("new_item_ids", [])))
        details = {name: value for name, value in arguments.items() if name not in ("order_id", "user_id")}
        after = RULES[tool].apply(case, **details)
        if after.order:
            self.orders[after.order.order_id] = after.order
        self.customers[after.buyer().user_id] = after.buyer()
        return after.order.as_json() if after.order else after.buyer().as_json(with_id=True)

    def _variants(self, item_ids: list[str]) -> dict[str, Variant]:
        sold = (variant for product in self.products.values() for variant in product.variants)
        return {variant.item_id: variant for variant in sold if variant.item_id in item_ids}

    def calculate(self, *, expression: str) -> float:
        return arithmetic.calculate(expression)

    def find_user_id_by_email(self, *, email: str) -> str:
        return self._find(lambda customer: customer.email.lower() == email.lower())

    def find_user_id_by_name_zip(self, *, first_name: str, last_name: str, zip: str) -> str:  # noqa: A002
        wanted = (first_name.lower(), last_name.lower(), zip)
        return self._find(lambda c: (c.first_name.lower(), c.last_name.lower(), c.address.zip) == wanted)

    def _find(self, is_wanted: Any) -> str:
        for customer in self.customers.values():
            if is_wanted(customer):
                return customer.user_id
        raise Refusal("User not found")

    def get_user_details(self, *, user_id: str) -> Any:
        if user_id not in self.customers:
            raise Refusal("User not found")
        return self.customers[user_id].as_json(with_id=True)

    def get_order_details(self, *, order_id: str) -> Any:
        if order_id not in self.orders:
            raise Refusal("Order not found")
        return self.orders[order_id].as_json()

    def get_product_details(self, *, product_id: str) -> Any:
        if product_id not in self.products:
            raise Refusal("Product not found")
        return self.products[product_id].as_json()

    def list_all_product_types(self) -> dict[str, str]:
        return {product.name: product.product_id for product in self.products.values()}
