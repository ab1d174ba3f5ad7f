"""Cases made of the shipped data, for tests that need no database."""

from agents.tools.samples.retail.domain.case import Case
from agents.tools.samples.retail.domain.customer import Customer
from agents.tools.samples.retail.domain.edition import Edition
from agents.tools.samples.retail.domain.order import Order
from agents.tools.samples.retail.domain.product import Product, Variant
from agents.tools.samples.retail.tasks.benchmark import shop

PENDING = "#W5199551"
"""Five items for $3,131.10, paid by paypal; the customer also has a gift card with $99."""
DELIVERED = "#W2378156"
"""Five items, paid by the customer's only credit card."""
BY_GIFT_CARD = "#W8955613"
"""Pending, $585.97 paid with gift_card_6682391, on which $35 are left; the customer also has a credit card."""
PROCESSED = "#W2611340"
"""Neither pending nor delivered."""
TWICE = "#W7208030"
"""Pending, the same item (5753502325) twice."""
ADDRESS = {
    "address1": "1 Signal Street",
    "address2": "",
    "city": "York",
    "state": "PA",
    "country": "USA",
    "zip": "17401",
}


def order(order_id: str) -> Order:
    """An order as shipped."""
    return Order.parse(shop()["orders"][order_id])


def customer(user_id: str) -> Customer:
    """A customer as shipped."""
    return Customer.parse(user_id, shop()["users"][user_id])


def variants(*item_ids: str) -> dict[str, Variant]:
    """The variants of these ids, as far as there are any."""
    products = (Product.parse(document) for document in shop()["products"].values())
    sold = {variant.item_id: variant for product in products for variant in product.variants}
    return {item_id: sold[item_id] for item_id in item_ids if item_id in sold}


def case(order_id: str, *new_items: str, edition: Edition = Edition.TAU2, visitor: str = "") -> Case:
    """The case of an order with its customer and the new items a call names."""
    found = order(order_id)
    return Case(found, customer(found.user_id), variants(*new_items), edition, visitor)
