"""Reading the shop: who somebody is, what was ordered, what is sold."""

from typing import Any

from django.db.models.functions import Lower

from agents.domain.errors import Refusal
from agents.domain.tool import Call
from agents.tools.registry import tool
from agents.tools.samples.retail import models, reading
from agents.tools.samples.retail.domain.edition import Edition
from agents.tools.samples.retail.domain.text import is_storable
from agents.tools.samples.retail.tools.arguments import AnyId, Email, Name, PostalCode


@tool(effect="read", effect_class="A")
def find_user_id_by_email(call: Call, *, email: Email) -> str:
    """Look up a customer's id by e-mail address; the first thing to try when somebody writes in."""
    return _found(call, email=email)


@tool(effect="read", effect_class="A")
def find_user_id_by_name_zip(call: Call, *, first_name: Name, last_name: Name, zip: PostalCode) -> str:  # noqa: A002
    """Look up a customer's id by name and postal code, for those who do not know their e-mail address."""
    return _found(call, postal_code=zip, first_name=first_name, last_name=last_name)


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
    products = models.Product.objects.seen(reading.world_of(call.run_key)).order_by("name")
    return dict(products.values_list("name", "product_id"))


def _found(call: Call, *, postal_code: str = "", **texts: str) -> str:
    """The first customer with these texts, upper or lower case, and this postal code."""
    if not all(is_storable(text) for text in (postal_code, *texts.values())):
        raise Refusal("User not found")
    customers = models.Customer.objects.seen(reading.world_of(call.run_key))
    customers = customers.alias(**{f"lower_{field}": Lower(field) for field in texts})
    customers = customers.filter(**{f"lower_{field}": text.lower() for field, text in texts.items()})
    matching = customers.filter(zip=postal_code) if postal_code else customers
    user_id = matching.order_by("pk").values_list("user_id", flat=True).first()
    if user_id is None:
        raise Refusal("User not found")
    return user_id
