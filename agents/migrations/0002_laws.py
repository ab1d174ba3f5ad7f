"""The laws of operations, steps and runs (raw SQL: the ORM cannot declare them)."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations

LAWS = (Path(__file__).parent / "sql" / "0002_laws.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    """Needs the verdicts and grants that rights are checked against."""

    dependencies: ClassVar = [("agents", "0001_rows"), ("approvals", "0003_laws")]
    operations: ClassVar = [migrations.RunSQL(LAWS, migrations.RunSQL.noop)]
