"""A worker process whose clock is wrong: everything that Python reads as the time of day is off by so many seconds."""

import os
from datetime import UTC, datetime, timedelta

import time_machine

VARIABLE = "SIGNALBOX_FAULTS_CLOCK_SECONDS"


def install() -> None:
    """Set the clock of this process wrong, for as long as it lives; it goes on at its pace."""
    if seconds := int(os.environ.get(VARIABLE, "0")):
        time_machine.travel(datetime.now(UTC) + timedelta(seconds=seconds), tick=True).start()
