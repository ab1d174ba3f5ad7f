"""Epochs that begin with looser rules."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0005_audits"),
    ]

    operations = [
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
        migrations.RemoveConstraint(model_name="epoch", name="epoch_cause"),
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
                    models.Q(("cause", "rules"), _negated=True), ("rules__isnull", False), _connector="OR"
                ),
                name="epoch_names_its_rules",
            ),
        ),
    ]
