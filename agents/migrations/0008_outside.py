"""What is done elsewhere is not done here as well."""

from pathlib import Path

from django.db import migrations

LAWS = (Path(__file__).parent / "sql" / "0008_outside.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0007_intake"),
        ("approvals", "0015_external"),
    ]

    operations = [
        migrations.RunSQL(LAWS, migrations.RunSQL.noop),
    ]
