"""Sources, schedules, open runs, and the order in which steps are claimed."""

import uuid
from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import agents.models.source

LAWS = (Path(__file__).parent / "sql" / "0007_intake.sql").read_text(encoding="utf-8")
FILL = """
UPDATE agents_step s SET tenant_id = r.tenant_id FROM agents_run r WHERE r.id = s.run_id AND s.ended_at IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0006_requesters"),
        ("approvals", "0011_queue_of_reviewers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("received_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="OpenLimit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("most", models.PositiveIntegerField()),
                ("open_runs", models.IntegerField(db_default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Refused",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slot", models.PositiveSmallIntegerField()),
                ("code", models.TextField()),
                ("field", models.TextField()),
                ("detail", models.TextField()),
                ("excerpt", models.TextField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="Schedule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.TextField()),
                ("agent", models.TextField()),
                ("title", models.TextField()),
                ("message", models.TextField()),
                ("priority", models.SmallIntegerField(default=0)),
                ("line", models.TextField()),
                ("zone", models.TextField(default="UTC")),
                ("late_minutes", models.PositiveIntegerField(default=15)),
                ("next_at", models.DateTimeField(null=True)),
                ("missed", models.BigIntegerField(db_default=0)),
                ("paused_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("name", models.TextField()),
                ("agent", models.TextField()),
                ("title", models.TextField()),
                ("message", models.TextField()),
                ("priority", models.TextField(default="0")),
                ("session", models.TextField(default="")),
                ("schema", models.JSONField(default=dict)),
                ("paused_at", models.DateTimeField(null=True)),
                ("refused", models.BigIntegerField(db_default=0)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="SourceSecret",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("nonce", models.BinaryField(default=agents.models.source.fresh_nonce, unique=True)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("ends_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Tick",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("missed", models.PositiveIntegerField(default=0)),
                ("reason", models.TextField(default="")),
            ],
        ),
        migrations.RemoveIndex(
            model_name="step",
            name="step_ready",
        ),
        migrations.AddField(
            model_name="step",
            name="tenant",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="approvals.tenant",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "ready"), _negated=True), ("tenant__isnull", False), _connector="OR"
                ),
                name="step_ready_has_tenant",
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="run",
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agents.run"),
        ),
        migrations.AddField(
            model_name="openlimit",
            name="tenant",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="approvals.tenant",
            ),
        ),
        migrations.AddField(
            model_name="schedule",
            name="changed_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="schedule",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="approvals.tenant"
            ),
        ),
        migrations.AddField(
            model_name="source",
            name="changed_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="source",
            name="tenant",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="approvals.tenant"
            ),
        ),
        migrations.AddField(
            model_name="refused",
            name="source",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="refusals", to="agents.source"
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="source",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deliveries",
                to="agents.source",
            ),
        ),
        migrations.AddField(
            model_name="sourcesecret",
            name="made_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="sourcesecret",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="secrets", to="agents.source"
            ),
        ),
        migrations.AddField(
            model_name="tick",
            name="run",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agents.run"
            ),
        ),
        migrations.AddField(
            model_name="tick",
            name="schedule",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="ticks", to="agents.schedule"
            ),
        ),
        migrations.AddConstraint(
            model_name="openlimit",
            constraint=models.CheckConstraint(condition=models.Q(("most__gte", 1)), name="open_limit_positive"),
        ),
        migrations.AddConstraint(
            model_name="openlimit",
            constraint=models.CheckConstraint(condition=models.Q(("open_runs__gte", 0)), name="open_runs_not_negative"),
        ),
        migrations.AddIndex(
            model_name="schedule",
            index=models.Index(condition=models.Q(("paused_at", None)), fields=["next_at"], name="schedule_due"),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.UniqueConstraint(fields=("tenant", "name"), name="schedule_name_once"),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.CheckConstraint(
                condition=models.Q(("priority__gte", -100), ("priority__lte", 100)), name="schedule_priority"
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.UniqueConstraint(fields=("tenant", "name"), name="source_name_once"),
        ),
        migrations.AddConstraint(
            model_name="refused",
            constraint=models.UniqueConstraint(fields=("source", "slot"), name="refused_slot_once"),
        ),
        migrations.AddConstraint(
            model_name="refused",
            constraint=models.CheckConstraint(condition=models.Q(("slot__lt", 20)), name="refused_bounded"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["source", "-id"], name="delivery_newest"),
        ),
        migrations.AddConstraint(
            model_name="sourcesecret",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ends_at", None)), fields=("source",), name="source_one_current_secret"
            ),
        ),
        migrations.AddConstraint(
            model_name="tick",
            constraint=models.UniqueConstraint(fields=("schedule", "due_at"), name="tick_once"),
        ),
        migrations.AddConstraint(
            model_name="tick",
            constraint=models.CheckConstraint(
                condition=models.Q(("seen_at__gte", models.F("due_at"))), name="tick_not_early"
            ),
        ),
        migrations.AddConstraint(
            model_name="tick",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason", ""), ("run__isnull", False)),
                    models.Q(("run", None), models.Q(("reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="tick_run_or_reason",
            ),
        ),
        migrations.RunSQL(LAWS, migrations.RunSQL.noop),
    ]
