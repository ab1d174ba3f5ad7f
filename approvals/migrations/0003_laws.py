"""The laws as constraints, triggers and rights (raw SQL: the ORM cannot declare them)."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations

LAWS = (Path(__file__).parent / "sql" / "0003_laws.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    """Needs the session table, whose rows the application's role may delete."""

    dependencies: ClassVar = [("approvals", "0002_rows"), ("sessions", "0001_initial")]
    operations: ClassVar = [migrations.RunSQL(LAWS, migrations.RunSQL.noop)]
