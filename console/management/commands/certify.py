"""`certify`: look at every route now, and print what is proven of each."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from approvals.domain.redaction import reveal
from approvals.learning import epochs
from approvals.learning.calibrating import looking, standing
from approvals.models import Tenant
from console.pages.thresholds.presenting.promise import promise


class Command(BaseCommand):
    """Does what beat does each minute: certificates are renewed from rows, and what is proven no more is tightened."""

    help = "Renews the certificates of every route (or of one) from its rows and prints what each promises."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which routes."""
        parser.add_argument("route", nargs="?", help="one route; all of them without it")
        parser.add_argument("--tenant", default="default", help="slug of the tenant (default)")

    def handle(self, *_: Any, **options: Any) -> None:
        """Look, and say what came of it."""
        tenant = Tenant.objects.filter(slug=options["tenant"]).first()
        if tenant is None:
            raise CommandError(f"There is no tenant {options['tenant']!r}.")
        known = epochs.routes(tenant.pk)
        if options["route"] and options["route"] not in known:
            raise CommandError(f"No call was recorded on a route {options['route']!r}.")
        for route in [options["route"]] if options["route"] else known:
            looking.look(tenant.pk, route)
            for name, certificate in standing.newest(tenant.pk, route=route).items():
                self.stdout.write(f"{reveal(name, 170)}: {promise(certificate).text}")
        if not known:
            self.stdout.write("No call was judged yet.")
