"""`export_history`: a period of history in a zip that an auditor can verify without this installation."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from approvals.models import Tenant
from approvals.sealing import bundling


class Command(BaseCommand):
    """Reads only; streams, so that memory does not grow with the period."""

    help = "Write verdicts, escalations, decisions, grants, operations, seals and more of a period into a zip."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Which days of which tenant, and where to."""
        parser.add_argument("file", type=Path, help="the zip to write; there must be none yet")
        parser.add_argument("--since", type=_day, required=True, help="first day, YYYY-MM-DD, in UTC")
        parser.add_argument("--until", type=_day, required=True, help="last day, YYYY-MM-DD, in UTC")
        parser.add_argument("--tenant", default="default", help="slug of the tenant (default: %(default)s)")

    def handle(self, *_: Any, **options: Any) -> None:
        """Write it aside and put it in its place when it is whole."""
        tenant = Tenant.objects.filter(slug=options["tenant"]).first()
        if tenant is None:
            raise CommandError(f"There is no tenant {options['tenant']}.")
        if options["until"] < options["since"]:
            raise CommandError("The last day lies before the first.")
        path: Path = options["file"]
        if path.exists():
            raise CommandError(f"{path} is there already.")
        of = bundling.period(tenant.pk, **bundling.days(options["since"], options["until"]))
        part = path.with_name(f"{path.name}.part")
        with part.open("wb") as file:
            file.writelines(bundling.bundle(of))
        part.rename(path)
        found = f"seals {of.first} to {of.last}" if of.last else "no seal of that period"
        self.stdout.write(f"{path}: {found}. Verify it with the verify.py inside: python3 verify.py {path.name}")


def _day(text: str) -> date:
    return date.fromisoformat(text)
