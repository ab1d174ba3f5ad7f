"""`screenshots`: a picture of every page, in both schemes, on a desk and on a phone."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from approvals.models import Member, Role
from console.launch.state import LaunchFailed
from console.management.picturing import places, serving, taking


class Command(BaseCommand):
    """Beside a running `up`, or with DATABASE_URL set; its own web process and its session are gone afterwards."""

    help = "Take pictures of every page in both schemes, at 1280 and at 390 pixels, with what is in the database."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to, and of which pages."""
        parser.add_argument("folder", type=Path, help="where the pictures go; made when it is not there")
        parser.add_argument("--only", default="", metavar="A,B", help="names of pages, as `queue` or `confirm` (all)")

    def handle(self, *_: Any, **options: Any) -> None:
        """Look at every page as an admin; what the public sees, signed out."""
        wanted = [name for name in options["only"].split(",") if name]
        found = [one for one in places.places() if not wanted or one.name.partition(".")[0] in wanted]
        admin = Member.objects.filter(role=Role.ADMIN, is_active=True).order_by("pk").first()
        if admin is None or not found:
            raise CommandError("There is nobody who could look." if admin is None else "There is no such page.")
        options["folder"].mkdir(parents=True, exist_ok=True)
        try:
            with serving.served() as address, serving.signed_in(admin) as session:
                looks = taking.take(address, found, session=session, folder=options["folder"])
        except LaunchFailed as failure:
            raise CommandError(str(failure)) from failure
        self._tell(looks, missing=sorted(places.missing()) if not wanted else [])

    def _tell(self, looks: list[taking.Look], *, missing: list[str]) -> None:
        for look in sorted(looks, key=lambda one: one.place.name):
            faults = f": {', '.join(look.faults)}" if look.faults else ""
            self.stdout.write(f"{'FAIL' if look.faults else 'ok  '}  {look.place.name} {look.place.address}{faults}")
        if missing:
            self.stdout.write(f"Nothing to show on: {', '.join(missing)}.")
        self.stdout.write(f"{sum(len(look.pictures) for look in looks)} pictures of {len(looks)} pages.")
        if bad := [look for look in looks if look.faults]:
            raise CommandError(f"{len(bad)} of {len(looks)} pages are not as they should be.")
