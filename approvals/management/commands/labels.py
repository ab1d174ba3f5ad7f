"""Print labels, or the manifest of what would be printed."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from approvals.learning import exporting
from approvals.learning.manifest import Format, content, manifest
from approvals.models import Tenant


class Command(BaseCommand):
    """One label a line and nothing else on standard output; the same watermark prints the same bytes."""

    help = "Prints the labels that stand (or, with --all, every label ever written) as JSON lines or CSV."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which labels, and how."""
        parser.add_argument("--tenant", default="default", help="slug of the tenant (default)")
        parser.add_argument("--format", default=Format.JSONL.value, choices=[one.value for one in Format])
        parser.add_argument("--until", type=int, help="the watermark: labels as they stood when this was the newest")
        parser.add_argument("--all", action="store_true", help="also what was corrected or withdrawn by then")
        parser.add_argument("--manifest", action="store_true", help="count, watermark and hashes instead of the labels")

    def handle(self, *_: Any, **options: Any) -> None:
        """Stream them; memory stays flat however many there are."""
        tenant = Tenant.objects.filter(slug=options["tenant"]).first()
        if tenant is None:
            raise CommandError(f"There is no tenant {options['tenant']!r}.")
        try:
            until = exporting.settled(tenant.pk, until=options["until"])
        except exporting.StillWriting as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["manifest"]:
            found = manifest(tenant.pk, until=until, everything=options["all"])
            self.stdout.write(json.dumps(found.document(), indent=2))
            return
        for part in content(tenant.pk, Format(options["format"]), until=until, everything=options["all"]):
            self.stdout.write(part.decode(), ending="")
