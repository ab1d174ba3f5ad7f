"""Reading the shop: who somebody is, what was ordered, what is sold."""

from typing import Any

from agents.domain.errors import Refusal
from agents.domain.tool import Call
from agents.tools.registry import tool
from agents.tools.samples.retail import models, reading
from agents.tools.samples.retail.domain.edition import Edition
from agents.tools.samples.retail.tools.arguments import AnyId, Email, Name, PostalCode


@tool(effect="read", effect_class="A", returns="trusted")
def find_user_id_by_email(call: Call, *, email: Email) -> str:
    """Look up a customer's id by e-mail address; the first thing to try when somebody writes in."""
    return _found(reading.find_by_email(reading.world_of(call.run_key), email))


@tool(effect="read", effect_class="A", returns="trusted")
def find_user_id_by_name_zip(call: Call, *, first_name: Name, last_name: Name, zip: PostalCode) -> str:  # noqa: A002
    """Look up a customer's id by name and postal code, for those who do not know their e-mail address."""
    world = reading.world_of(call.run_key)
    return _found(reading.find_by_name(world, first_name=first_name, last_name=last_name, postal_code=zip))


@tool(effect="read", effect_class="A")
def get_user_details(call: Call, *, user_id: AnyId) -> dict[str, Any]:
    """Show a customer's name, address, e-mail address, payment methods and order numbers."""
    world = reading.world_of(call.run_key)
    customer = reading.find_customer(world, user_id)
    if customer is None:
        raise Refusal("User not found")
    return customer.as_json(with_id=Edition(world.edition).names_customers)


@tool(effect="read", effect_class="A")
def get_order_details(call: Call, *, order_id: AnyId) -> dict[str, Any]:
    """Show an order: status, items, delivery address, shipments, payments and what was asked for since."""
    order = reading.find_order(reading.world_of(call.run_key), order_id)
    if order is None:
        raise Refusal("Order not found")
    return order.as_json()


@tool(effect="read", effect_class="A")
def get_product_details(call: Call, *, product_id: AnyId) -> dict[str, Any]:
    """Show every variant of one product with options, price and whether it is available."""
    product = reading.find_product(reading.world_of(call.run_key), product_id)
    if product is None:
        raise Refusal("Product not found")
    return product.as_json()


@tool(effect="read", effect_class="A")
def list_all_product_types(call: Call) -> dict[str, str]:
    """List the products the shop sells: product ids by name."""
    products = models.Product.objects.filter(world=reading.world_of(call.run_key).base).order_by("name")
    return dict(products.values_list("name", "product_id"))


def _found(user_id: str | None) -> str:
    if user_id is None:
        raise Refusal("User not found")
    return user_id
