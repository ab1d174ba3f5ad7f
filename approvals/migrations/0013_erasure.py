"""Labels of other consoles, beside our own."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

LAWS = (Path(__file__).parent / "sql" / "0013_erasure.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0012_permissions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Import",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.TextField()),
                ("sha256", models.BinaryField()),
                ("stored", models.PositiveIntegerField()),
                ("known", models.PositiveIntegerField()),
                ("left_out", models.PositiveIntegerField()),
                ("imported_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
            name="ImportedLabel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("run_id", models.UUIDField()),
                ("label_id", models.BigIntegerField()),
                ("document", models.BinaryField()),
                ("sha256", models.BinaryField()),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="labels", to="approvals.import"
                    ),
                ),
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
        migrations.AddConstraint(
            model_name="import",
            constraint=models.CheckConstraint(condition=models.Q(("stored__gte", 1)), name="import_brings_something"),
        ),
        migrations.AddConstraint(
            model_name="importedlabel",
            constraint=models.UniqueConstraint(fields=("tenant", "run_id", "label_id"), name="imported_once"),
        ),
        migrations.AddConstraint(
            model_name="importedlabel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("document", b""),
                    ("sha256", models.Func(models.F("document"), function="sha256", output_field=models.BinaryField())),
                    _connector="OR",
                ),
                name="imported_as_hashed",
            ),
        ),
        migrations.RunSQL(LAWS, migrations.RunSQL.noop),
    ]
