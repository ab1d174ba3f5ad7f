"""Since when somebody is an admin, and that accounts of one person stay one person."""

from pathlib import Path

from django.db import migrations, models

LAWS = (Path(__file__).parent / "sql" / "0017_persons.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0016_external"),
    ]

    operations = [
        migrations.AddField(
            model_name="member",
            name="admin_since",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="member",
            name="first_admin_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="member",
            name="admin_until",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.RunSQL(LAWS, migrations.RunSQL.noop),
    ]
