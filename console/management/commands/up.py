"""`up`: the whole of Signalbox on this machine, until Ctrl-C."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from console.launch import supervising


class Command(BaseCommand):
    """Listed here for `manage.py help`; manage.py runs it without Django."""

    help = "Start Signalbox on this machine and keep it running until Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """As the launcher has them."""
        supervising.add_arguments(parser)

    def handle(self, *_: Any, **__: Any) -> None:
        """Django-admin comes here."""
        sys.exit(supervising.main(sys.argv[2:]))
