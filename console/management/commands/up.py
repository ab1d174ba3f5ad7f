"""`up`: the whole of Signalbox on this machine, until Ctrl-C."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from console.launch.state import LaunchFailed
from console.launch.supervising import Supervisor, Wish


class Command(BaseCommand):
    """Starts what is not there yet: database, broker, web, worker, beat."""

    help = "Start Signalbox on this machine and keep it running until Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Nothing is needed: each option has a default that works."""
        parser.add_argument("--port", type=int, help="the port to listen on (8000, or the next free one)")
        parser.add_argument("--workers", type=int, default=1, help="how many worker processes (1)")
        parser.add_argument("--no-sample", action="store_true", help="leave the sample agents out")

    def handle(self, *_: Any, **options: Any) -> None:
        """Runs until a stop signal."""
        if options["workers"] < 1:
            raise CommandError("--workers must be at least 1: without a worker nothing is done.")
        wish = Wish(port=options["port"], workers=options["workers"], sample=not options["no_sample"])
        try:
            code = Supervisor(wish).run()
        except LaunchFailed as failure:
            raise CommandError(str(failure)) from failure
        sys.exit(code)
