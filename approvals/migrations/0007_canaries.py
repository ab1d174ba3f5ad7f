"""Canaries: drafts that a share of runs is judged by, and what a second admin answers for."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

LAWS = (Path(__file__).parent / "sql" / "0007_canaries.sql").read_text(encoding="utf-8")
KEEP = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0006_datasets"),
    ]

    operations = [
        migrations.CreateModel(
            name="Canary",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("share", models.DecimalField(decimal_places=2, max_digits=3)),
                ("after_verdict", models.BigIntegerField(db_default=0)),
                ("started_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("ended_at", models.DateTimeField(null=True)),
                ("outcome", models.TextField(default="")),
                ("reason", models.TextField(default="")),
                (
                    "ended_by",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=KEEP, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(on_delete=KEEP, related_name="canaries", to="approvals.rulesetproposal"),
                ),
                ("ruleset", models.OneToOneField(on_delete=KEEP, related_name="canary", to="approvals.ruleset")),
                (
                    "started_by",
                    models.ForeignKey(db_index=False, on_delete=KEEP, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "tenant",
                    models.ForeignKey(db_index=False, on_delete=KEEP, related_name="+", to="approvals.tenant"),
                ),
            ],
        ),
        migrations.RemoveConstraint(model_name="ruleset", name="ruleset_version_once"),
        migrations.AddConstraint(
            model_name="ruleset",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "draft"), _negated=True),
                fields=("tenant", "version"),
                name="ruleset_version_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="canary",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("tenant",), name="canary_one_running"
            ),
        ),
        migrations.AddConstraint(
            model_name="canary",
            constraint=models.CheckConstraint(
                condition=models.Q(("share__range", ("0.01", "0.50"))), name="canary_share"
            ),
        ),
        migrations.AddConstraint(
            model_name="canary",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("ended_by", None), ("outcome", "")),
                    models.Q(("ended_at__isnull", False), ("ended_by", None), ("outcome__in", ("wrong", "overtaken"))),
                    models.Q(
                        ("ended_at__isnull", False),
                        ("ended_by__isnull", False),
                        ("outcome__in", ["promoted", "stopped", "discarded"]),
                    ),
                    _connector="OR",
                ),
                name="canary_ends_once",
            ),
        ),
        migrations.RunSQL(LAWS, migrations.RunSQL.noop),
    ]
