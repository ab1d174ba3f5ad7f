"""Ready a fresh database for a benchmark: tables, laws, the shipped rules with an undo window, and a reviewer."""

import sys
from collections.abc import Sequence

from django.core.management import call_command

from console.management.replay.preparing import furnish, rules_of

REVIEWER = "reviewer@bench.invalid"


def main(arguments: Sequence[str]) -> None:
    """Do it all; the one argument is the undo window in seconds, 0 without it."""
    call_command("migrate", interactive=False, verbosity=0, stdout=sys.stderr)
    undo_seconds = int(arguments[0]) if arguments else 0
    furnish(rules_of(None, undo_seconds=undo_seconds), reviewer=REVIEWER, reason=f"bench: undo {undo_seconds} s")
