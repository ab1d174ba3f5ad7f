"""`self_test`: whether every guarantee holds on this installation, proven by trying to break it."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from agents.proving import checking
from agents.proving.checking import Finding

LEFT = (
    "Nothing is left: each proof had a tenant, people and rules of its own in a transaction that was rolled back. Only "
    "numbers that sequences gave out are missing from now on, and workers waited some milliseconds for one halt."
)


class Command(BaseCommand):
    """Safe beside workers and people, on a database in production. The exit code is 0 when everything holds."""

    help = "Prove each guarantee on this installation (its code, database, role and live rules), one line each."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """For people or for programs."""
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *_: Any, **options: Any) -> None:
        """Prove, and say what came of it."""
        is_document = options["json"]
        try:
            found = checking.check(tell=lambda one: None if is_document else self.stdout.write(line(one)))
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {error}") from error
        broken = [one for one in found if not one.holds]
        self.stdout.write(json.dumps(document(found), indent=1) if is_document else told(found, broken))
        if broken:
            sys.exit(1)


def line(one: Finding) -> str:
    """One guarantee for a person."""
    return f"ok    {one.guarantee.says}" if one.holds else f"FAIL  {one.guarantee.says} {one.otherwise}"


def told(found: tuple[Finding, ...], broken: list[Finding]) -> str:
    """All of them together."""
    seconds = sum(one.seconds for one in found)
    counted = f"{len(broken)} of {len(found)} guarantees do not hold" if broken else f"All {len(found)} guarantees hold"
    return f"{counted} ({seconds:.1f} s). {LEFT}"


def document(found: tuple[Finding, ...]) -> dict[str, Any]:
    """The same for a program."""
    return {
        "holds": all(one.holds for one in found),
        "guarantees": [
            {
                "says": one.guarantee.says,
                "holds": one.holds,
                "otherwise": one.otherwise,
                "seconds": round(one.seconds, 3),
            }
            for one in found
        ],
        "left": LEFT,
    }
