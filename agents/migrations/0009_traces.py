"""Traces that wait for a collector."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

LAWS = (Path(__file__).parent / "sql" / "0009_traces.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0008_erasure"),
    ]

    operations = [
        migrations.CreateModel(
            name="Collector",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("endpoint", models.TextField()),
                ("since", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="collector_alone")],
            },
        ),
        migrations.CreateModel(
            name="Unsent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("try_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("failures", models.PositiveIntegerField(db_default=0)),
                ("error", models.TextField(db_default="")),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agents.run"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["try_at"], name="unsent_due")],
            },
        ),
        migrations.RunSQL(LAWS, migrations.RunSQL.noop),
    ]
