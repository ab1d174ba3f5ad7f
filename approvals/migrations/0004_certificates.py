"""Epochs and certificates, only ever added."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import approvals.domain.calibration.epoch

LAWS = (Path(__file__).parent / "sql" / "0004_certificates.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0003_laws"),
    ]

    operations = [
        migrations.CreateModel(
            name="Epoch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("route", models.TextField()),
                ("number", models.PositiveIntegerField()),
                ("first_seq", models.BigIntegerField(db_default=0)),
                ("cause", models.TextField()),
                ("reason", models.TextField(default="")),
                ("agents", models.JSONField(default=list)),
                ("scores", models.JSONField(default=list)),
                ("label_rule", models.PositiveIntegerField(default=1)),
                ("began_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="approvals.tenant",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Certificate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("about", models.TextField()),
                ("number", models.PositiveIntegerField()),
                ("computed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("watermark_seq", models.BigIntegerField(null=True)),
                ("runs", models.PositiveIntegerField()),
                ("n", models.PositiveIntegerField()),
                ("wrong", models.PositiveIntegerField()),
                ("allowed", models.IntegerField()),
                ("limit", models.FloatField()),
                ("limit_tested", models.FloatField()),
                ("delta_c", models.FloatField()),
                ("floor", models.FloatField()),
                ("seeds", models.PositiveIntegerField()),
                ("missed", models.PositiveIntegerField()),
                ("assumed_miss", models.FloatField(null=True)),
                ("threshold", models.FloatField(null=True)),
                ("wrong_at_threshold", models.PositiveIntegerField(null=True)),
                ("log_evidence", models.FloatField(null=True)),
                ("upper_limit", models.FloatField(null=True)),
                ("to_next_rung", models.PositiveIntegerField(null=True)),
                ("guard_n", models.PositiveIntegerField()),
                ("guard_wrong", models.PositiveIntegerField()),
                ("guard_allowed", models.IntegerField()),
                ("guard_threshold", models.FloatField(null=True)),
                ("inputs_sha256", models.TextField()),
                (
                    "epoch",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to="approvals.epoch",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="epoch",
            constraint=models.CheckConstraint(
                condition=models.Q(("cause__in", ["first", "alarm", "agent", "score", "label_rule", "coin"])),
                name="epoch_cause",
            ),
        ),
        migrations.AddConstraint(
            model_name="epoch",
            constraint=models.UniqueConstraint(fields=("tenant", "route", "number"), name="epoch_number_once"),
        ),
        migrations.AddConstraint(
            model_name="epoch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("cause", approvals.domain.calibration.epoch.Cause["FIRST"]), ("first_seq", 0), ("number", 1)
                    ),
                    models.Q(("first_seq__gt", 0), ("number__gt", 1)),
                    _connector="OR",
                ),
                name="epoch_first_is_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="certificate",
            index=models.Index(fields=["epoch", "about", "-number"], name="certificate_newest"),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(
                condition=models.Q(("about__in", ["auto", "ask"])), name="certificate_about"
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.UniqueConstraint(fields=("epoch", "about", "number"), name="certificate_number_once"),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("guard_n__lte", models.F("runs")),
                    ("guard_wrong__lte", models.F("guard_n")),
                    ("n__lte", models.F("guard_n")),
                    ("wrong__lte", models.F("n")),
                ),
                name="certificate_counts",
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("limit__gt", 0),
                    ("limit__lt", 1),
                    ("limit_tested__gte", 0),
                    ("limit_tested__lte", models.F("limit")),
                    ("delta_c__gt", 0),
                    ("delta_c__lt", 1),
                    ("missed__lte", models.F("seeds")),
                ),
                name="certificate_terms",
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("log_evidence", None), ("threshold", None), ("upper_limit", None), ("wrong_at_threshold", None)
                    ),
                    models.Q(
                        ("allowed__gte", 0),
                        ("threshold__gte", models.F("floor")),
                        ("threshold__lte", 1),
                        ("wrong_at_threshold__lte", models.F("allowed")),
                    ),
                    _connector="OR",
                ),
                name="certificate_threshold",
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("guard_threshold", None),
                    models.Q(
                        ("guard_allowed__gte", 0),
                        ("guard_threshold__gte", models.F("floor")),
                        ("guard_threshold__lte", 1),
                    ),
                    _connector="OR",
                ),
                name="certificate_guard",
            ),
        ),
        migrations.RunSQL(LAWS, migrations.RunSQL.noop),
    ]
