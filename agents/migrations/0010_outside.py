"""What is done elsewhere is not done here as well."""

from pathlib import Path

from django.db import migrations

LAWS = (Path(__file__).parent / "sql" / "0010_outside.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0009_traces"),
        ("approvals", "0016_external"),
    ]

    operations = [
        migrations.RunSQL(LAWS, migrations.RunSQL.noop),
    ]
