"""Measure what a run costs and how fast a person's word takes effect, on durable servers and with real workers."""

import json
import signal
import sys
import textwrap
from argparse import RawDescriptionHelpFormatter
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError, CommandParser

from console.launch.state import LaunchFailed
from console.management.bench.figures import FIGURES
from console.management.bench.measuring import Size, measure
from console.management.bench.telling import told

ABOUT = """\
PostgreSQL and Valkey are started for the bench alone in a scratch folder, with fsync and synchronous_commit on, and
stopped again; DATABASE_URL and REDIS_URL are not used. Workers and beat are those that `up` starts. The workload has
four steps, each durable: a model step, a read, a destructive call behind a person who approves at once, a last model
step; with evidence, verdicts, labels, notes and audit as in production, and without an undo window (but for undo_10_s).
Every scene has a fresh database. CPU is the figure to trust where others use the machine: `machine` says how much.

What --json prints. Each key: what is counted (the numerator); of what (the denominator); in which unit; its bar.

"""

ENDING = """

`machine`: cores, load average before and after, and the share of the machine that processes of others used while runs
were timed. `spread`: min, median and max of the rounds; of the single values for undo_10_s; for list_ms by open
items min, p50 and p95 of each person and place, and the CPU of a page, of PostgreSQL and the process of the view (ms).
"""


class Command(BaseCommand):
    """Starts servers, workers and a driver, and prints what they came to."""

    help = "Measure runs per second, cost per run, latencies and the queue's first page on servers of its own."
    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """The definitions keep their lines."""
        about = {"formatter_class": RawDescriptionHelpFormatter, "epilog": ABOUT + definitions()}
        return super().create_parser(prog_name, subcommand, **about, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        """How much is measured, and what is printed."""
        parser.add_argument("--json", action="store_true", help="print one JSON document")
        parser.add_argument("--runs", type=int, default=Size.runs, metavar="N", help=f"runs in a round ({Size.runs})")
        parser.add_argument("--rounds", type=int, default=Size.rounds, metavar="N", help=f"rounds ({Size.rounds})")
        parser.add_argument("--only", default=",".join(FIGURES), metavar="A,B", help="these keys only (all)")
        sizes = ",".join(map(str, Size.sizes))
        parser.add_argument("--sizes", default=sizes, metavar="N,N", help=f"open items for list_ms ({sizes})")

    def handle(self, *_: Any, **options: Any) -> None:
        """Nothing but the report is printed on standard output."""
        wanted, size = [name.strip() for name in options["only"].split(",")], _size(options)
        if unknown := sorted(set(wanted) - FIGURES.keys()):
            raise CommandError(f"There is no figure {', '.join(unknown)}: --help lists them.")
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: sys.exit("Stopped."))
        try:
            report = measure(wanted, size)
        except LaunchFailed as failure:
            raise CommandError(str(failure)) from failure
        except psycopg.Error as failure:
            raise CommandError(f"The bench's own PostgreSQL refused something: {failure}") from failure
        self.stdout.write(json.dumps(report, indent=1) if options["json"] else told(report))


def definitions() -> str:
    """Every key with its definition, indented."""
    width = max(map(len, FIGURES)) + 4
    rows = (
        textwrap.fill(str(figure), 118, initial_indent=f"  {key}".ljust(width), subsequent_indent=" " * width)
        for key, figure in FIGURES.items()
    )
    return "\n".join(rows) + ENDING


def _size(options: dict[str, Any]) -> Size:
    try:
        sizes = tuple(int(text) for text in options["sizes"].split(","))
    except ValueError:
        raise CommandError("--sizes is a list of whole numbers, with commas.") from None
    if min(options["runs"], options["rounds"], *sizes) < 1:
        raise CommandError("--runs, --rounds and --sizes must be at least 1.")
    return Size(runs=options["runs"], rounds=options["rounds"], sizes=sizes)
