"""`verify_invariants`: whether the laws hold in a database, asked of its rows."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from console.management.invariants import checking
from console.management.invariants.checking import Report
from console.management.invariants.law import Finding


class Command(BaseCommand):
    """Reads only; safe beside workers and people. The exit code is 0 when every law holds."""

    help = "Ask every law of the database in one read-only snapshot; say which do not hold, and for which rows."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """For people or for programs."""
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *_: Any, **options: Any) -> None:
        """Print what each law came to."""
        report = checking.check()
        self.stdout.write(json.dumps(document(report), indent=1) if options["json"] else told(report))
        if report.broken:
            sys.exit(1)


def document(report: Report) -> dict[str, Any]:
    """The report for a program."""
    return {
        "holds": not report.broken,
        "rows": report.rows,
        "seconds": round(report.seconds, 3),
        "laws": [
            {"name": one.law.name, "says": one.law.says, "count": one.count, "ids": list(one.ids), "error": one.error}
            for one in report.findings
        ],
    }


def told(report: Report) -> str:
    """The report for a person."""
    lines = [_line(finding) for finding in report.findings]
    speed = f"{report.rows} rows in {report.seconds:.2f} s, {report.rows / max(report.seconds, 0.001):.0f} a second"
    if not report.broken:
        return "\n".join([*lines, f"All {len(lines)} laws hold ({speed})."])
    names = ", ".join(finding.law.name for finding in report.broken)
    return "\n".join(
        [*lines, f"{len(report.broken)} of {len(lines)} laws do not hold: {names} ({speed}). Nothing was changed."]
    )


def _line(finding: Finding) -> str:
    start = f"{'ok  ' if finding.holds else 'FAIL'}  {finding.law.name}"
    if finding.holds:
        return start
    if finding.error:
        return f"{start}: it could not be asked: {finding.error}"
    more = ", …" if finding.count > len(finding.ids) else ""
    return f"{start}: {finding.count} against “{finding.law.says}”: {', '.join(finding.ids)}{more}"
