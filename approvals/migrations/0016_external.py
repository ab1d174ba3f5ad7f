"""Agents that run elsewhere: what they ask, how their tools are classified, and the rights they take."""

import uuid
from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

LAWS = (Path(__file__).parent / "sql" / "0016_external.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0015_inquiry"),
    ]

    operations = [
        migrations.CreateModel(
            name="OutsideAction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("agent", models.TextField()),
                ("idempotency_key", models.TextField()),
                ("tool_name", models.TextField()),
                ("tool_version", models.TextField()),
                ("body_sha256", models.BinaryField()),
                ("document", models.BinaryField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="OutsideTool",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("agent", models.TextField()),
                ("name", models.TextField()),
                ("version", models.TextField()),
                ("description", models.TextField()),
                ("parameters", models.BinaryField()),
                ("effect", models.TextField()),
                ("reversibility", models.TextField()),
                ("effect_class", models.TextField()),
                ("egress", models.BooleanField()),
                ("reason", models.TextField()),
                ("proposed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Redemption",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("origin", models.UUIDField()),
                ("payload", models.BinaryField()),
                (
                    "payload_sha256",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(models.F("payload"), function="sha256"),
                        output_field=models.BinaryField(),
                    ),
                ),
                ("verdict_outcome", models.TextField(null=True)),
                ("redeemed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("outcome_due_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("outcome", models.TextField(null=True)),
                ("detail", models.TextField(default="")),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="agentkey",
            name="agent",
            field=models.TextField(db_default="", default=""),
        ),
        migrations.AddConstraint(
            model_name="agentkey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("agent", ""), ("agent__regex", "^external/[a-z0-9][a-z0-9._-]{0,59}$"), _connector="OR"
                ),
                name="key_of_whom",
            ),
        ),
        migrations.AddConstraint(
            model_name="agentkey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("scopes__contains", ["action.submit"]), _negated=True),
                    models.Q(("agent", ""), _negated=True),
                    _connector="OR",
                ),
                name="key_that_asks_has_an_agent",
            ),
        ),
        migrations.AddField(
            model_name="outsideaction",
            name="agent_key",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="approvals.agentkey"
            ),
        ),
        migrations.AddField(
            model_name="outsideaction",
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
            model_name="outsidetool",
            name="confirmed_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="outsidetool",
            name="ended_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="outsidetool",
            name="proposed_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="outsidetool",
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
            model_name="outsideaction",
            name="tool",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="approvals.outsidetool",
            ),
        ),
        migrations.AddField(
            model_name="redemption",
            name="action",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="redemptions", to="approvals.outsideaction"
            ),
        ),
        migrations.AddField(
            model_name="redemption",
            name="agent_key",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="approvals.agentkey"
            ),
        ),
        migrations.AddField(
            model_name="redemption",
            name="grant",
            field=models.OneToOneField(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="approvals.grant",
            ),
        ),
        migrations.AddField(
            model_name="redemption",
            name="verdict",
            field=models.OneToOneField(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="approvals.verdict",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsidetool",
            constraint=models.CheckConstraint(
                condition=models.Q(("effect__in", ["read", "write", "destructive"])), name="outside_tool_effect"
            ),
        ),
        migrations.AddConstraint(
            model_name="outsidetool",
            constraint=models.CheckConstraint(
                condition=models.Q(("reversibility__in", ["reversible", "costly", "irreversible"])),
                name="outside_tool_reversibility",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsidetool",
            constraint=models.CheckConstraint(
                condition=models.Q(("effect_class__in", ["B", "C"])), name="outside_tool_class"
            ),
        ),
        migrations.AddConstraint(
            model_name="outsidetool",
            constraint=models.UniqueConstraint(
                condition=models.Q(("confirmed_at__isnull", False), ("ended_at", None)),
                fields=("tenant", "agent", "name", "version"),
                name="outside_tool_one_in_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsidetool",
            constraint=models.UniqueConstraint(
                condition=models.Q(("confirmed_at", None), ("ended_at", None)),
                fields=("tenant", "agent", "name", "version"),
                name="outside_tool_one_proposed",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsidetool",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_at", None), ("confirmed_by", None)),
                    models.Q(("confirmed_at__isnull", False), ("confirmed_by__isnull", False)),
                    _connector="OR",
                ),
                name="outside_tool_confirmed_by_whom",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsideaction",
            constraint=models.UniqueConstraint(
                fields=("tenant", "agent", "idempotency_key"), name="outside_action_once"
            ),
        ),
        migrations.AddIndex(
            model_name="redemption",
            index=models.Index(condition=models.Q(("outcome", None)), fields=["outcome_due_at"], name="redemption_due"),
        ),
        migrations.AddConstraint(
            model_name="redemption",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["succeeded", "failed", "unknown"])), name="redemption_outcome"
            ),
        ),
        migrations.AddConstraint(
            model_name="redemption",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("outcome", None)),
                    models.Q(("ended_at__isnull", False), ("outcome__isnull", False)),
                    _connector="OR",
                ),
                name="redemption_ended_with_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="redemption",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outcome", None)), fields=("action",), name="redemption_one_under_way"
            ),
        ),
        migrations.RunSQL(LAWS, migrations.RunSQL.noop),
    ]
