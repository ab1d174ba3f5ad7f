"""Labels of other consoles beside our own, and the erasure of somebody's data."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import approvals.models.proof.audit

LAWS = (Path(__file__).parent / "sql" / "0013_erasure.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0012_permissions"),
    ]

    operations = [
        migrations.CreateModel(
            name="ErasedRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.TextField()),
                ("row_id", models.BigIntegerField()),
                ("before_sha256", models.BinaryField()),
                ("after_sha256", models.BinaryField()),
                ("erased_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="ErasedRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("run_key", models.UUIDField(unique=True)),
                ("erased_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.TextField()),
                ("subject", models.TextField()),
                ("subject_sha256", models.BinaryField()),
                ("reason", models.TextField()),
                ("status", models.TextField(default=approvals.models.proof.audit.ErasureStatus["OPEN"])),
                ("requested_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("closed_at", models.DateTimeField(null=True)),
                ("counts", models.JSONField(default=dict)),
            ],
        ),
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
            ],
        ),
        migrations.CreateModel(
            name="RemadeVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("snapshot_id", models.BigIntegerField(db_index=True)),
                ("manifest", models.JSONField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="decision",
            name="decision_bytes",
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["edit", "repeat"]), ("payload__isnull", False)),
                    models.Q(
                        models.Q(("kind", "edit"), _negated=True),
                        ("payload", None),
                        ("payload_sha256", models.F("proposed_sha256")),
                    ),
                    _connector="OR",
                ),
                name="decision_bytes",
            ),
        ),
        migrations.AddField(
            model_name="erasedrun",
            name="tenant",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="approvals.tenant",
            ),
        ),
        migrations.AddField(
            model_name="erasure",
            name="closed_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="erasure",
            name="requested_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="erasure",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="approvals.tenant"
            ),
        ),
        migrations.AddField(
            model_name="erasedrun",
            name="erasure",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="approvals.erasure"
            ),
        ),
        migrations.AddField(
            model_name="erasedrow",
            name="erasure",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="rows", to="approvals.erasure"
            ),
        ),
        migrations.AddField(
            model_name="import",
            name="by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="import",
            name="tenant",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="approvals.tenant",
            ),
        ),
        migrations.AddField(
            model_name="importedlabel",
            name="batch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="labels", to="approvals.import"
            ),
        ),
        migrations.AddField(
            model_name="importedlabel",
            name="tenant",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="approvals.tenant",
            ),
        ),
        migrations.AddField(
            model_name="remadeversion",
            name="erasure",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="approvals.erasure"
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["conversation", "run"])), name="erasure_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["open", "done", "discarded"])), name="erasure_status"
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "open")), fields=("tenant", "kind", "subject"), name="erasure_asked_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("closed_by", None), ("status", "open")),
                    models.Q(("closed_by__isnull", False), ("status", "discarded"), ("subject", "")),
                    models.Q(
                        ("closed_by__isnull", False),
                        ("status", "done"),
                        ("subject", ""),
                        models.Q(("closed_by", models.F("requested_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="erasure_by_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="erasure_reason"),
        ),
        migrations.AddConstraint(
            model_name="erasedrow",
            constraint=models.UniqueConstraint(fields=("kind", "row_id"), name="erased_once"),
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
