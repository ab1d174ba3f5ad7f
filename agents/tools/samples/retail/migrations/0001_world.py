"""The shop's tables."""

from typing import ClassVar

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    """After the roles, whose default rights are for tables made later."""

    initial = True
    dependencies: ClassVar = [("approvals", "0001_roles")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="World",
            fields=[
                ("key", models.TextField(primary_key=True, serialize=False)),
                ("base", models.TextField(blank=True, default="")),
                ("edition", models.TextField(default="tau2")),
                ("customer", models.TextField(blank=True, default="")),
                ("sha256", models.TextField(blank=True, default="")),
            ],
        ),
        migrations.CreateModel(
            name="Customer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("world", models.TextField()),
                ("user_id", models.TextField()),
                ("version", models.PositiveIntegerField(default=1)),
                ("first_name", models.TextField()),
                ("last_name", models.TextField()),
                ("email", models.TextField()),
                ("address1", models.TextField()),
                ("address2", models.TextField(blank=True)),
                ("city", models.TextField()),
                ("country", models.TextField()),
                ("state", models.TextField()),
                ("zip", models.TextField()),
                ("orders", models.JSONField(default=list)),
            ],
            options={
                "indexes": [
                    models.Index(
                        django.db.models.functions.text.Lower("email"), models.F("world"), name="retail_customer_email"
                    ),
                    models.Index(fields=["zip", "world"], name="retail_customer_zip"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("user_id", "world"), name="retail_one_customer_a_world")
                ],
            },
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("world", models.TextField()),
                ("order_id", models.TextField()),
                ("user_id", models.TextField()),
                ("version", models.PositiveIntegerField(default=1)),
                ("status", models.TextField()),
                ("address1", models.TextField()),
                ("address2", models.TextField(blank=True)),
                ("city", models.TextField()),
                ("country", models.TextField()),
                ("state", models.TextField()),
                ("zip", models.TextField()),
                ("fulfillments", models.JSONField(default=list)),
                ("cancel_reason", models.TextField(blank=True)),
                ("exchange_items", models.JSONField(null=True)),
                ("exchange_new_items", models.JSONField(null=True)),
                ("exchange_method_id", models.TextField(blank=True)),
                ("exchange_difference", models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ("return_items", models.JSONField(null=True)),
                ("return_method_id", models.TextField(blank=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("order_id", "world"), name="retail_one_order_a_world")],
            },
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("world", models.TextField()),
                ("product_id", models.TextField()),
                ("name", models.TextField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("product_id", "world"), name="retail_one_product_a_world")
                ],
            },
        ),
        migrations.CreateModel(
            name="Method",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("method_id", models.TextField()),
                ("source", models.TextField()),
                ("brand", models.TextField(blank=True)),
                ("last_four", models.TextField(blank=True)),
                ("balance", models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="methods",
                        to="retail.customer",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("customer", "method_id"), name="retail_one_method_a_customer")
                ],
            },
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("item_id", models.TextField()),
                ("product_id", models.TextField()),
                ("name", models.TextField()),
                ("price", models.DecimalField(decimal_places=2, max_digits=12)),
                ("options", models.JSONField(default=dict)),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="retail.order",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("order", "position"), name="retail_one_item_a_place")],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("transaction_type", models.TextField()),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12)),
                ("payment_method_id", models.TextField()),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="payments",
                        to="retail.order",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("order", "position"), name="retail_one_payment_a_place")
                ],
            },
        ),
        migrations.CreateModel(
            name="Variant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("world", models.TextField()),
                ("item_id", models.TextField()),
                ("options", models.JSONField(default=dict)),
                ("is_available", models.BooleanField()),
                ("price", models.DecimalField(decimal_places=2, max_digits=12)),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="variants", to="retail.product"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("item_id", "world"), name="retail_one_variant_a_world")
                ],
            },
        ),
    ]
