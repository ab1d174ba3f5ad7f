"""While a person has the conversation of a run, the database begins nothing of it."""

from pathlib import Path

from django.db import migrations

LAWS = (Path(__file__).parent / "sql" / "0011_handoff.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0010_outside"),
        ("approvals", "0014_handoff"),
    ]

    operations = [
        migrations.RunSQL(LAWS, migrations.RunSQL.noop),
    ]
