"""`verify_audit`: whether history is as it was sealed, and as its heads left the database."""

import json
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from approvals.sealing import verifying
from approvals.sealing.verifying import Report


class Command(BaseCommand):
    """Reads only; safe beside workers and people. The exit code is 0 when nothing was tampered with."""

    help = "Recompute the sealed history, compare it with the heads outside of the database, name the first bad entry."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Which heads, and for whom to print."""
        parser.add_argument("--heads", type=Path, default=settings.AUDIT_HEADS, help="file of heads to compare with")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *_: Any, **options: Any) -> None:
        """Look, and say what was found."""
        report = verifying.verify(options["heads"])
        self.stdout.write(json.dumps(document(report), indent=1) if options["json"] else told(report, options["heads"]))
        if report.findings:
            sys.exit(1)


def document(report: Report) -> dict[str, Any]:
    """The report for a program."""
    return {
        "holds": not report.findings,
        "seals": report.seals,
        "entries": report.entries,
        "erased": report.erased,
        "heads": report.heads,
        "findings": [
            {"what": one.what, "run": str(one.run_key) if one.run_key else None, "tampering": one.tampering.value}
            for one in report.findings
        ],
    }


def told(report: Report, heads: Path) -> str:
    """The report for a person."""
    size = f"{report.entries} entries in {report.seals} seals, {report.heads} heads compared"
    size += f", {report.erased} entries erased since, by two admins each time" if report.erased else ""
    outside = "" if report.heads else f"\nNo head was found in {heads}: nothing outside of the database vouches for it."
    first = report.first
    if first is None:
        return f"History is as it was sealed: {size}.{outside}"
    others = len(report.findings) - 1
    more = f"\n{others} more findings follow from it or stand beside it; --json lists them." if others else ""
    return f"FAIL  {first.sentence}{more}\n{size}.{outside}"
