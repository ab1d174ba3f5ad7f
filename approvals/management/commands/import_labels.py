"""Bring in the labels of another console."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from approvals.learning.dataset import importing
from approvals.learning.dataset.importing import NothingInIt, Outcome, TooManyWrong, WrongLines
from approvals.models import Tenant


class Command(BaseCommand):
    """Ends with 1 when a line is wrong and is not to be left out; then nothing is stored."""

    help = (
        "Brings in a file that `labels --format jsonl` has printed, here or elsewhere: data to train on. Such labels "
        "count in no certificate. What is here already is passed over."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Which file, and what of it."""
        parser.add_argument("file", metavar="FILE", help="a file of JSON lines; - for standard input")
        parser.add_argument("--tenant", default="default", help="slug of the tenant (default)")
        parser.add_argument("--skip-invalid", action="store_true", help="leave out wrong lines and store the rest")

    def handle(self, *_: Any, **options: Any) -> None:
        """All of it or nothing of it; memory stays flat however long the file is."""
        tenant = Tenant.objects.filter(slug=options["tenant"]).first()
        if tenant is None:
            raise CommandError(f"There is no tenant {options['tenant']!r}.")
        try:
            outcome = self._read(options["file"], tenant, skip_invalid=options["skip_invalid"])
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        except TooManyWrong as refusal:
            self._tell(refusal.outcome)
            wrong = refusal.outcome.left_out
            raise CommandError(
                f"Given up after {wrong} wrong lines: no file of labels. Nothing was stored."
            ) from refusal
        except WrongLines as refusal:
            self._tell(refusal.outcome)
            raise CommandError(f"{refusal} --skip-invalid stores the rest.") from refusal
        except NothingInIt as refusal:
            raise CommandError(str(refusal)) from refusal
        self._tell(outcome)
        self.stdout.write(f"{outcome.stored} stored, {outcome.known} were here already, {outcome.left_out} left out")

    def _read(self, file: str, tenant: Tenant, *, skip_invalid: bool) -> Outcome:
        if file == "-":
            return importing.bring_in(
                sys.stdin.buffer, tenant_id=tenant.pk, by=None, name="standard input", skip_invalid=skip_invalid
            )
        with Path(file).open("rb") as lines:
            return importing.bring_in(
                lines, tenant_id=tenant.pk, by=None, name=Path(file).name, skip_invalid=skip_invalid
            )

    def _tell(self, outcome: Outcome) -> None:
        for one in outcome.wrong:
            # The reason may name what stood in the file: control characters stay out of a terminal.
            self.stderr.write(f"line {one.number}: {ascii(one.reason)[1:-1]}")
        if (more := outcome.left_out - len(outcome.wrong)) > 0:
            self.stderr.write(f"and {more} more")
