"""The queue holds what waits for reviewers; what end users are asked is not read past."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0010_shapes"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="escalation",
            name="escalation_queue",
        ),
        migrations.RemoveIndex(
            model_name="escalation",
            name="escalation_team_queue",
        ),
        migrations.AddIndex(
            model_name="escalation",
            index=models.Index(
                condition=models.Q(("status", "open"), models.Q(("kind", "confirmation"), _negated=True)),
                fields=["tenant", "due_at", "id"],
                name="escalation_queue",
            ),
        ),
        migrations.AddIndex(
            model_name="escalation",
            index=models.Index(
                condition=models.Q(("status", "open"), models.Q(("kind", "confirmation"), _negated=True)),
                fields=["team", "due_at", "id"],
                name="escalation_team_queue",
            ),
        ),
    ]
