"""Blind audits: what asks for them, their items, and labels that answer them."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import approvals.domain.label

LAWS = (Path(__file__).parent / "sql" / "0005_audits.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0004_certificates"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("requested_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="BlindAudit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.TextField()),
                ("opened_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.AddField(
            model_name="label",
            name="reason",
            field=models.TextField(default=""),
        ),
        migrations.AddField(
            model_name="label",
            name="reason_code",
            field=models.TextField(default=""),
        ),
        migrations.AddField(
            model_name="auditrequest",
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
            model_name="auditrequest",
            name="verdict",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="audit_request", to="approvals.verdict"
            ),
        ),
        migrations.AddField(
            model_name="blindaudit",
            name="evidence",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="approvals.evidence"
            ),
        ),
        migrations.AddField(
            model_name="blindaudit",
            name="request",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="item", to="approvals.auditrequest"
            ),
        ),
        migrations.AddField(
            model_name="blindaudit",
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
            model_name="blindaudit",
            name="verdict",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="blind_audit", to="approvals.verdict"
            ),
        ),
        migrations.AddField(
            model_name="label",
            name="audit",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="answer", to="approvals.blindaudit"
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
                        ("source", approvals.domain.label.Source["AUDIT"]),
                    ),
                    _connector="OR",
                ),
                name="label_audit_is_blind",
            ),
        ),
        migrations.AddIndex(
            model_name="blindaudit",
            index=models.Index(fields=["tenant", "id"], name="audit_queue"),
        ),
        migrations.RunSQL(LAWS, migrations.RunSQL.noop),
    ]
