"""`verify`: every check that a change must pass, before every commit."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from console.launch import checking


class Command(BaseCommand):
    """Listed here for `manage.py help`; manage.py runs it without Django."""

    help = "Run every check and every test."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Without the option, tests marked `full` are left out."""
        parser.add_argument("--full", action="store_true", help="run the tests that take long as well")

    def handle(self, *_: Any, **options: Any) -> None:
        """Ends with the exit code of the checks."""
        sys.exit(checking.main(["--full"] if options["full"] else []))
