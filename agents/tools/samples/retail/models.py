"""The shop's rows. Every row belongs to a world: the shared one (key ''), another base, or one run's own."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower


class World(models.Model):
    """A base world as imported, or what is special about the world of one run."""

    key = models.TextField(primary_key=True)
    """Empty for the shared world, a name for another base, a run's key for a run."""
    base = models.TextField(default="", blank=True)
    """Where a run reads what it has not changed."""
    edition = models.TextField(default="tau2")
    customer = models.TextField(default="", blank=True)
    """User id of the customer whose conversation the run is; empty when nobody said."""
    sha256 = models.TextField(default="", blank=True)
    """Of the imported data; empty for runs."""

    def __str__(self) -> str:
        return self.key or "the shared world"


class Customer(models.Model):
    """One customer in one world."""

    world = models.TextField()
    user_id = models.TextField()
    version = models.PositiveIntegerField(default=1)
    first_name = models.TextField()
    last_name = models.TextField()
    email = models.TextField()
    address1 = models.TextField()
    address2 = models.TextField(blank=True)
    city = models.TextField()
    country = models.TextField()
    state = models.TextField()
    zip = models.TextField()
    orders = models.JSONField(default=list)
    """Order ids in the order they were placed."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user_id", "world"], name="retail_one_customer_a_world")
        ]
        indexes: ClassVar = [
            models.Index(Lower("email"), "world", name="retail_customer_email"),
            models.Index(fields=["zip", "world"], name="retail_customer_zip"),
        ]

    def __str__(self) -> str:
        return self.user_id


class Method(models.Model):
    """One payment method of a customer."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="methods", db_index=False)
    method_id = models.TextField()
    source = models.TextField()
    brand = models.TextField(blank=True)
    last_four = models.TextField(blank=True)
    balance = models.DecimalField(max_digits=12, decimal_places=2, null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "method_id"], name="retail_one_method_a_customer")
        ]

    def __str__(self) -> str:
        return self.method_id


class Product(models.Model):
    """One type of product in one world; no tool changes it."""

    world = models.TextField()
    product_id = models.TextField()
    name = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product_id", "world"], name="retail_one_product_a_world")
        ]

    def __str__(self) -> str:
        return self.name


class Variant(models.Model):
    """One thing that can be bought."""

    world = models.TextField()
    product = models.ForeignKey(Product, models.CASCADE, related_name="variants")
    item_id = models.TextField()
    options = models.JSONField(default=dict)
    is_available = models.BooleanField()
    price = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item_id", "world"], name="retail_one_variant_a_world")
        ]

    def __str__(self) -> str:
        return self.item_id


class Order(models.Model):
    """One order in one world."""

    world = models.TextField()
    order_id = models.TextField()
    user_id = models.TextField()
    version = models.PositiveIntegerField(default=1)
    status = models.TextField()
    address1 = models.TextField()
    address2 = models.TextField(blank=True)
    city = models.TextField()
    country = models.TextField()
    state = models.TextField()
    zip = models.TextField()
    fulfillments = models.JSONField(default=list)
    cancel_reason = models.TextField(blank=True)
    exchange_items = models.JSONField(null=True)
    exchange_new_items = models.JSONField(null=True)
    exchange_method_id = models.TextField(blank=True)
    exchange_difference = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    return_items = models.JSONField(null=True)
    return_method_id = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["order_id", "world"], name="retail_one_order_a_world")]

    def __str__(self) -> str:
        return self.order_id


class Item(models.Model):
    """One line of an order."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="items", db_index=False)
    position = models.PositiveSmallIntegerField()
    item_id = models.TextField()
    product_id = models.TextField()
    name = models.TextField()
    price = models.DecimalField(max_digits=12, decimal_places=2)
    options = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["order", "position"], name="retail_one_item_a_place")]

    def __str__(self) -> str:
        return self.item_id


class Payment(models.Model):
    """Money that moved for an order; only ever added."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="payments", db_index=False)
    position = models.PositiveSmallIntegerField()
    transaction_type = models.TextField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    payment_method_id = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "position"], name="retail_one_payment_a_place")
        ]

    def __str__(self) -> str:
        return f"{self.transaction_type} {self.amount}"
