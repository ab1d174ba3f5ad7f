"""Proofs of lanes: the last canary action of each, with the database's own times."""

from pathlib import Path

from django.db import migrations, models

LAWS = (Path(__file__).parent / "sql" / "0004_proofs.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0003_recovery"),
    ]

    operations = [
        migrations.CreateModel(
            name="LaneProof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("lane", models.TextField(unique=True)),
                ("tried_at", models.DateTimeField(null=True)),
                ("proven_at", models.DateTimeField(null=True)),
                ("otherwise", models.TextField(default="")),
                ("worker", models.TextField(default="")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("lane", ""), _negated=True), name="proof_of_a_lane")
                ],
            },
        ),
        migrations.RunSQL(LAWS, migrations.RunSQL.noop),
    ]
