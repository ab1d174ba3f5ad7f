"""Seals over what was written, and their entries."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

LAWS = (Path(__file__).parent / "sql" / "0009_seals.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0008_confirmations"),
    ]

    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(unique=True)),
                ("document", models.BinaryField()),
                (
                    "sha256",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(models.F("document"), function="sha256"),
                        output_field=models.BinaryField(),
                    ),
                ),
                ("sealed_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="SealedEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.TextField()),
                ("row_id", models.BigIntegerField()),
                ("run_key", models.UUIDField(null=True)),
                ("sha256", models.BinaryField()),
                ("chain_sha256", models.BinaryField()),
                (
                    "seal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="approvals.seal"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["run_key", "-id"], name="sealed_chain")],
                "constraints": [models.UniqueConstraint(fields=("kind", "row_id"), name="sealed_once")],
            },
        ),
        migrations.RunSQL(LAWS, migrations.RunSQL.noop),
    ]
