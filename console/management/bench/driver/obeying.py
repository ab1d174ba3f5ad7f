"""Do what each line of standard input asks for, and answer with one line of JSON."""

import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

from console.management.bench import doors
from console.management.bench.driver import claims, flight, pages, single, windows

DEEDS: dict[str, Callable[..., Any]] = {
    "fly": flight.fly,
    "time": single.time_runs,
    "undo": windows.time_windows,
    "queue": claims.queue,
    "claim": claims.claim_all,
    "settle": pages.settle,
    "list": pages.time_lists,
}


def main(_: Sequence[str]) -> None:
    """Obey until the input ends."""
    for line in sys.stdin:
        asked = json.loads(line)
        answer = DEEDS[asked.pop("what")](**asked)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    doors.close()
