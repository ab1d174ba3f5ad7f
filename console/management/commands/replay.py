"""Replay recorded runs of real models through the real engine, with real workers and a simulated reviewer."""

import json
import signal
import sys
import textwrap
from argparse import Namespace, RawDescriptionHelpFormatter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from agents.domain import record
from agents.domain.record import NoRecord
from agents.tools.samples.recorded.declaring import TOOLS
from console.launch.state import LaunchFailed
from console.management.curve import figures as curved
from console.management.curve import measuring, picture, running
from console.management.curve import telling as telling_curves
from console.management.replay import choice as choices
from console.management.replay import playing, reviewing
from console.management.replay.choice import Choice
from console.management.replay.expert import Review, find_labels
from console.management.replay.scoring.figures import DEFINITIONS
from console.management.replay.telling import told

ABOUT = """\
The database is a fresh one for each replay, made in the servers of DATABASE_URL and REDIS_URL, else of the `up` that
runs in this clone, and dropped afterwards; else servers are started in a scratch folder for as long as it takes. The
rules are the shipped ones (every write asks) or those of --ruleset, without the undo window and declared as a sample's.
The same seed gives the same run keys, audit coins and reviewer's errors on every machine.

The replay is open-loop: after a call that was rejected, later turns stay as recorded. Only the reviewer's process opens
the labels.

What --json prints, for all runs and, under `by_domain`, for each domain. Each key: what is counted (the numerator);
of what (the denominator); in which unit.

"""

CURVE = """

With --curve the runs come one after the other, by sha256 of their ids and in --orders shuffles, each in a tenant of its
own in which nothing runs alone at first. Every call is judged, what asks is decided by the simulated reviewer, what the
coin draws is audited, the certificate is renewed after each tenth run, and two admins loosen what it then carries. The
limit is that of the rules (2 of 100 runs; reviewers are assumed to miss a tenth). The history of each call is the
recorded one. Without --ruleset the rules are those for recorded runs. --review must be truth. Its keys:

"""

ORACLE = """

With --oracle: the retail calls of the record that have an answer, by tool, and the share of them that our own tools
answered alike: results equal as JSON (numbers to a millionth, because the recorded shop adds floats), errors equal but
for numbers in them. What differs is named. It says most under --review approve, where every call is let through.
"""


class Command(BaseCommand):
    """Starts the processes, waits, and prints what the reviewer reports."""

    help = "Replay recorded runs of real models through the real engine, workers and gate; print what came of it."
    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """The definitions keep their lines."""
        about = {"formatter_class": RawDescriptionHelpFormatter, "epilog": ABOUT + definitions()}
        return super().create_parser(prog_name, subcommand, **about, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        """Which runs, who reviews, and what is printed."""
        choices.add_arguments(parser)
        reviewing.add_arguments(parser)
        parser.add_argument("--ruleset", type=Path, metavar="FILE", help="rules to judge by (the shipped ones)")
        parser.add_argument("--workers", type=int, default=2, metavar="N", help="how many worker processes (2)")
        parser.add_argument("--json", action="store_true", help="print one JSON document")
        curve = parser.add_argument_group("the learning curve, in place of a replay")
        curve.add_argument("--curve", action="store_true", help="how much people read until thresholds are proven")
        measuring.add_arguments(curve)
        curve.add_argument("--picture", type=Path, metavar="FILE", help="write the curve as SVG")

    def handle(self, *_: Any, **options: Any) -> None:
        """Nothing but the report is printed on standard output."""
        choice = choices.read(Namespace(**options))
        _check(choice, options)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: sys.exit("Stopped."))
        if options["curve"]:
            self._curve(choice, options)
            return
        try:
            report = playing.play(
                choice, prepare=_for_preparing(options), review=_for_reviewing(options), workers=options["workers"]
            )
        except LaunchFailed as failure:
            raise CommandError(str(failure)) from failure
        self.stdout.write(json.dumps(report, indent=1) if options["json"] else told(report))

    def _curve(self, choice: Choice, options: dict[str, Any]) -> None:
        try:
            report = running.run(choice, _for_measuring(options))
        except LaunchFailed as failure:
            raise CommandError(str(failure)) from failure
        if options["picture"]:
            options["picture"].write_text(picture.drawn(report), encoding="utf-8")
        self.stdout.write(json.dumps(report, indent=1) if options["json"] else telling_curves.told(report))


def definitions() -> str:
    """Every key with its definition, indented."""
    return _listed(DEFINITIONS) + ORACLE + CURVE + _listed(curved.DEFINITIONS)


def _listed(defined: Mapping[str, object]) -> str:
    width = max(map(len, defined)) + 4
    return "\n".join(
        textwrap.fill(str(meaning), 118, initial_indent=f"  {key}".ljust(width), subsequent_indent=" " * width)
        for key, meaning in defined.items()
    )


def _check(choice: Choice, options: dict[str, Any]) -> None:
    """What is known to be wrong before anything is started."""
    if options["workers"] < 1:
        raise CommandError("--workers must be at least 1: without a worker nothing is done.")
    if not 0 <= options["reviewer_error"] <= 1:
        raise CommandError("--reviewer-error is a chance from 0 to 1.")
    if options["curve"] and (options["review"] != Review.TRUTH or options["orders"] < 0):
        raise CommandError("--curve needs a reviewer who knows the truth, and --orders of at least 0.")
    if options["picture"] and not (options["curve"] and options["orders"]):
        raise CommandError("--picture draws a curve over shuffles: it needs --curve, and --orders of at least 1.")
    try:
        if not choice.records():
            raise CommandError(f"No recorded run of {choice.folder} fits.")
        record.find(choice.folder, TOOLS)
    except NoRecord as missing:
        raise CommandError(str(missing)) from missing
    # Looked for and not opened: that is the reviewer's alone.
    if options["review"] == Review.TRUTH and find_labels(choice.folder) is None:
        raise CommandError(f"{choice.folder} has no labels, so nobody knows the truth: choose another --review.")


def _for_measuring(options: dict[str, Any]) -> list[str]:
    named = {"score": options["score"], "orders": options["orders"], "reviewer-error": options["reviewer_error"]}
    return [*_for_preparing(options), *(f"--{name}={value}" for name, value in named.items() if value is not None)]


def _for_preparing(options: dict[str, Any]) -> list[str]:
    return [f"--ruleset={options['ruleset'].resolve()}"] if options["ruleset"] else []


def _for_reviewing(options: dict[str, Any]) -> list[str]:
    more = [f"--{flag}" for flag in ("oracle", "ablation") if options[flag]]
    more += [f"--verdicts={options['verdicts'].resolve()}"] if options["verdicts"] else []
    return [f"--review={options['review']}", f"--reviewer-error={options['reviewer_error']}", *more]
