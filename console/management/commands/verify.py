"""`verify`: every check that a change must pass, before every commit."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from console.launch import checking


class Command(BaseCommand):
    """Listed here for `manage.py help`; manage.py runs it without Django."""

    help = "Run every check and every test."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """As the checks have them."""
        checking.add_arguments(parser)

    def handle(self, *_: Any, **__: Any) -> None:
        """Django-admin comes here; ends with the exit code of the checks."""
        sys.exit(checking.main(sys.argv[2:]))
