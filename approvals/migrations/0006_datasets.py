"""Epochs that begin with looser rules, planted mistakes, second reviews and versions of the dataset."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import approvals.domain.calibration.epoch
import approvals.domain.label.teaching

LAWS = (Path(__file__).parent / "sql" / "0006_datasets.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0005_audits"),
    ]

    operations = [
        migrations.CreateModel(
            name="Planting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField()),
                ("planted_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Seed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.TextField(default="")),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("planted_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("name", models.TextField()),
                ("until", models.BigIntegerField()),
                ("test_share", models.FloatField()),
                ("manifest", models.JSONField()),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="epoch",
            name="epoch_cause",
        ),
        migrations.RemoveConstraint(
            model_name="label",
            name="label_audit_is_blind",
        ),
        migrations.RemoveConstraint(
            model_name="verdict",
            name="verdict_outcome",
        ),
        migrations.AddField(
            model_name="epoch",
            name="rules",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="approvals.ruleset",
            ),
        ),
        migrations.AddConstraint(
            model_name="epoch",
            constraint=models.CheckConstraint(
                condition=models.Q(("cause__in", ["first", "alarm", "agent", "score", "label_rule", "coin", "rules"])),
                name="epoch_cause",
            ),
        ),
        migrations.AddConstraint(
            model_name="epoch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cause", approvals.domain.calibration.epoch.Cause["RULES"]), _negated=True),
                    ("rules__isnull", False),
                    _connector="OR",
                ),
                name="epoch_names_its_rules",
            ),
        ),
        migrations.AddConstraint(
            model_name="label",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("audit", None),
                    models.Q(
                        ("blind", True),
                        ("decision", None),
                        ("saw_score", False),
                        ("saw_suggestion", False),
                        (
                            "source__in",
                            [
                                approvals.domain.label.teaching.Source["AUDIT"],
                                approvals.domain.label.teaching.Source["DOUBLE"],
                            ],
                        ),
                    ),
                    _connector="OR",
                ),
                name="label_audit_is_blind",
            ),
        ),
        migrations.AddConstraint(
            model_name="label",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("source", approvals.domain.label.teaching.Source["ADJUDICATION"]), _negated=True),
                    models.Q(("by__isnull", False), ("decision", None), ("supersedes__isnull", False)),
                    _connector="OR",
                ),
                name="label_adjudication_supersedes",
            ),
        ),
        migrations.AddConstraint(
            model_name="verdict",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["allow", "confirm", "ask", "refuse", "seed"])),
                name="verdict_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="verdict",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "seed"), _negated=True),
                    models.Q(("is_counted", False), ("is_test", False)),
                    _connector="OR",
                ),
                name="verdict_seed_counts_nowhere",
            ),
        ),
        migrations.AddField(
            model_name="planting",
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
            model_name="seed",
            name="escalation",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="seed", to="approvals.escalation"
            ),
        ),
        migrations.AddField(
            model_name="seed",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="seeds", to="approvals.verdict"
            ),
        ),
        migrations.AddField(
            model_name="seed",
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
            model_name="seed",
            name="verdict",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="seed", to="approvals.verdict"
            ),
        ),
        migrations.AddField(
            model_name="snapshot",
            name="made_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="snapshot",
            name="tenant",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="approvals.tenant",
            ),
        ),
        migrations.AddIndex(
            model_name="planting",
            index=models.Index(condition=models.Q(("planted_at", None)), fields=["due_at"], name="planting_due"),
        ),
        migrations.AddConstraint(
            model_name="snapshot",
            constraint=models.UniqueConstraint(fields=("tenant", "number"), name="snapshot_number_once"),
        ),
        migrations.AddConstraint(
            model_name="snapshot",
            constraint=models.CheckConstraint(
                condition=models.Q(("test_share__gte", 0), ("test_share__lte", 0.9)), name="snapshot_share"
            ),
        ),
        migrations.RunSQL(LAWS, migrations.RunSQL.noop),
    ]
