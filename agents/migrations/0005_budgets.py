"""Purses of runs and agents, and what is reserved from them for model calls."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

LAWS = (Path(__file__).parent / "sql" / "0005_budgets.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0004_proofs"),
        ("approvals", "0005_audits"),
    ]

    operations = [
        migrations.CreateModel(
            name="Spending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scope", models.TextField()),
                ("key", models.TextField()),
                ("day", models.TextField()),
                ("token_limit", models.BigIntegerField(null=True)),
                ("usd_limit", models.DecimalField(decimal_places=8, max_digits=16, null=True)),
                ("used_tokens", models.BigIntegerField(db_default=0)),
                ("reserved_tokens", models.BigIntegerField(db_default=0)),
                ("used_usd", models.DecimalField(db_default=0, decimal_places=8, max_digits=16)),
                ("reserved_usd", models.DecimalField(db_default=0, decimal_places=8, max_digits=16)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="approvals.tenant",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Reservation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("epoch", models.PositiveIntegerField()),
                ("tokens", models.BigIntegerField()),
                ("usd", models.DecimalField(decimal_places=8, max_digits=16)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("settled_at", models.DateTimeField(null=True)),
                ("used_tokens", models.BigIntegerField(db_default=0)),
                ("used_usd", models.DecimalField(db_default=0, decimal_places=8, max_digits=16)),
                (
                    "step",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agents.step"),
                ),
                (
                    "spending",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reservations", to="agents.spending"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="spending",
            constraint=models.CheckConstraint(
                condition=models.Q(("scope__in", ["run", "agent"])), name="spending_scope"
            ),
        ),
        migrations.AddConstraint(
            model_name="spending",
            constraint=models.UniqueConstraint(fields=("tenant", "scope", "key", "day"), name="spending_once"),
        ),
        migrations.AddConstraint(
            model_name="spending",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reserved_tokens__gte", 0), ("reserved_usd__gte", 0), ("used_tokens__gte", 0), ("used_usd__gte", 0)
                ),
                name="spending_not_negative",
            ),
        ),
        migrations.AddIndex(
            model_name="reservation",
            index=models.Index(condition=models.Q(("settled_at", None)), fields=["spending"], name="reservation_open"),
        ),
        migrations.AddConstraint(
            model_name="reservation",
            constraint=models.CheckConstraint(
                condition=models.Q(("tokens__gte", 0), ("usd__gte", 0), ("used_tokens__gte", 0), ("used_usd__gte", 0)),
                name="reservation_not_negative",
            ),
        ),
        migrations.RunSQL(LAWS, migrations.RunSQL.noop),
    ]
