"""What goes with a run that is erased."""

from pathlib import Path

from django.db import migrations

LAWS = (Path(__file__).parent / "sql" / "0008_erasure.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("agents", "0007_intake"),
        ("approvals", "0013_erasure"),
    ]

    operations = [
        migrations.RunSQL(LAWS, migrations.RunSQL.noop),
    ]
