"""Print labels as JSONL."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from approvals.learning import exporting
from approvals.models import Tenant


class Command(BaseCommand):
    """One JSON document a line; nothing else on standard output."""

    help = "Prints the labels that stand (or, with --all, every label ever written) as JSON lines."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which labels."""
        parser.add_argument("--tenant", default="default", help="slug of the tenant (default)")
        parser.add_argument("--all", action="store_true", help="also what was corrected or withdrawn since")

    def handle(self, *_: Any, **options: Any) -> None:
        """Stream them; memory stays flat however many there are."""
        tenant = Tenant.objects.filter(slug=options["tenant"]).first()
        if tenant is None:
            raise CommandError(f"There is no tenant {options['tenant']!r}.")
        for document in exporting.documents(tenant.pk, current=not options["all"]):
            self.stdout.write(json.dumps(document, ensure_ascii=False, sort_keys=True))
