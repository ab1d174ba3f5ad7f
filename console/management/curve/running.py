"""Run a measurement in a process and a database of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from console.launch import processes
from console.launch.state import ROOT, LaunchFailed
from console.management.replay.choice import Choice
from console.management.replay.playing import environment
from console.management.replay.stage import stage
from console.management.replay.telling import say


def run(choice: Choice, more: Sequence[str]) -> dict[str, Any]:
    """What `measuring` prints of the chosen runs; raises LaunchFailed when it cannot, which says why by itself."""
    with stage() as addresses:
        say("Measuring; each order of the runs takes a minute or two...")
        child = processes.spawn(
            [sys.executable, "-m", "console.management.curve", *choice.arguments(), *more],
            death_signal=signal.SIGKILL,
            env={**os.environ, **addresses, **environment(choice)},
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        try:
            said, _ = child.communicate()
        finally:
            processes.stop(child, by=signal.SIGTERM, seconds=3)
    if child.returncode != 0:
        raise LaunchFailed("The curve could not be measured; the reason is above.")
    report: dict[str, Any] = json.loads(said)
    return report
