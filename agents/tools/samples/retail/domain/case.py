"""A case: the documents one call is about, as a rule finds them and as it leaves them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from agents.domain.errors import Refusal
from agents.tools.samples.retail.domain.customer import Customer
from agents.tools.samples.retail.domain.edition import Edition
from agents.tools.samples.retail.domain.order import Item, Order, OrderStatus
from agents.tools.samples.retail.domain.product import Variant


@dataclass(frozen=True)
class Case:
    """What a rule may look at. A rule returns the case changed; what it did not change stays the same object."""

    order: Order | None = None
    customer: Customer | None = None
    """Whose order or profile it is."""
    variants: Mapping[str, Variant] = field(default_factory=dict)
    """The new items the call names, by item id; those the shop does not sell are missing."""
    edition: Edition = Edition.TAU2
    visitor: str = ""
    """User id of the customer whose conversation this is; empty when nobody said."""

    def ordered(self) -> Order:
        """The order; raises Refusal when there is none."""
        if self.order is None:
            raise Refusal("Order not found")
        return self.order

    def buyer(self) -> Customer:
        """The customer; raises Refusal when there is none."""
        if self.customer is None:
            raise Refusal("User not found")
        return self.customer

    def is_open(self, order: Order) -> bool:
        """Whether address and payment of the order may still be changed."""
        if order.status == OrderStatus.MODIFIED:
            return self.edition.keeps_modified_open
        return order.status == OrderStatus.PENDING

    def find_variant(self, item: Item, item_id: str) -> Variant | None:
        """The variant of the same product as the item, if the shop sells it."""
        variant = self.variants.get(item_id)
        return variant if variant is not None and variant.product_id == item.product_id else None
