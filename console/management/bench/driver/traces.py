"""Follow the file the workload writes to: one clock for all processes of the machine."""

import os
import time
from functools import lru_cache
from pathlib import Path

PAUSE_SECONDS = 0.0003
MS = 1_000_000


class Trace:
    """When each event of each run happened first, in nanoseconds."""

    def __init__(self, path: str) -> None:
        self._file = Path(path).open("a+b")  # noqa: SIM115  # as long as the process
        self._file.seek(0)
        self._rest = b""
        self.at: dict[tuple[str, str], int] = {}

    def poll(self) -> list[tuple[str, str]]:
        """The events that are new."""
        read = self._file.read()
        if not read:
            return []
        *lines, self._rest = (self._rest + read).split(b"\n")
        found = []
        for line in lines:
            at, _, event, run = line.decode().split(" ", 3)
            self.at.setdefault((event, run), int(at))
            found.append((event, run))
        return found

    def wait(self, event: str, run: str, *, seconds: float) -> int:
        """When it happened; raises TimeoutError when it does not."""
        end = time.monotonic() + seconds
        while (event, run) not in self.at:
            if time.monotonic() > end:
                raise TimeoutError(f"{run} did not come to {event} within {seconds:.0f} s.")
            if not self.poll():
                time.sleep(PAUSE_SECONDS)
        return self.at[event, run]


@lru_cache(maxsize=1)
def trace() -> Trace:
    """The one of this process."""
    return Trace(os.environ["W_TRACE"])
