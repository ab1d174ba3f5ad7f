"""Shapes of calls that have run before, and the right by which each is known."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

LAWS = (Path(__file__).parent / "sql" / "0010_shapes.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0009_seals"),
    ]

    operations = [
        migrations.CreateModel(
            name="KnownShape",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("agent", models.TextField()),
                ("tool", models.TextField()),
                ("shape", models.TextField()),
                ("verdict_id", models.BigIntegerField(null=True)),
                ("decision_id", models.BigIntegerField(null=True)),
                ("learned_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "agent", "tool", "shape"), name="shape_once"),
                    models.CheckConstraint(
                        condition=models.Q(("verdict_id", None), ("decision_id", None), _connector="XOR"),
                        name="shape_by_one_right",
                    ),
                ],
            },
        ),
        migrations.RunSQL(LAWS, migrations.RunSQL.noop),
    ]
