"""`rerun`: a run again from its trace, without any effect, and what would be otherwise today."""

import json
import sys
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from agents.models import Run
from agents.tracing import rerunning
from agents.tracing.differing import Again, Rerun
from approvals.domain.redaction import reveal


class Command(BaseCommand):
    """Safe in production: nothing is called and nothing can be written. The exit code is 1 when something differs."""

    help = "Do a run again from its recorded answers, and say what the engine and the live rules would do otherwise."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Which run, and for whom."""
        parser.add_argument("key", type=UUID, help="the key of the run, as in its address")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *_: Any, **options: Any) -> None:
        """Do it again, and say what came of it."""
        key = UUID(str(options["key"]))
        run = Run.objects.select_related("request").filter(key=key).first()
        if run is None:
            raise CommandError(f"There is no run {key}.")
        found = rerunning.rerun(run)
        self.stdout.write(document(run, found) if options["json"] else told(found))
        if found.differing:
            sys.exit(1)


def document(run: Run, found: Rerun) -> str:
    """For programs."""
    differing = [asdict(step) for step in found.differing]
    return json.dumps({"run": str(run.key), "steps": len(found.steps) - 1, "differing": differing}, indent=1)


def told(found: Rerun) -> str:
    """For people; what agents wrote is shown with its hidden characters written out."""
    steps = len(found.steps) - 1
    if not found.differing:
        return f"{steps} steps again. Nothing is otherwise."
    lines = [line for step in found.differing for line in _lines(step)]
    return "\n".join([f"{steps} steps again, {len(found.differing)} places are otherwise:", *lines])


def _lines(step: Again) -> list[str]:
    head = f"{step.position:>4}  {step.kind} {reveal(step.name)}"
    return [f"{head}: {one.what}: {reveal(one.was)} -> {reveal(one.now)}" for one in step.differences]
