"""Time one run after the other: from the question to the queue, and from the click to the effect's step."""

import time
from itertools import count

from agents.engine import accepting
from console.management.bench import doors, workload
from console.management.bench.driver.traces import MS, trace

SECONDS = 60.0
LOOK_SECONDS = 0.001

_numbers = count()


def time_runs(*, runs: int) -> list[dict[str, float]]:
    """Milliseconds of each run: `gate` to the queue, `click` to step 3, and from the click's `answer` to step 3."""
    return [_time_run(f"single-{next(_numbers)}") for _ in range(runs)]


def _time_run(run: str) -> dict[str, float]:
    member = doors.reviewer()
    accepting.accept(**workload.request(run))
    end = time.monotonic() + SECONDS
    while not (found := [key for key, name in doors.page(member) if name == run]):
        if time.monotonic() > end:
            raise TimeoutError(f"{run} did not come into the queue.")
        time.sleep(LOOK_SECONDS)
    seen = time.monotonic_ns()
    clicked = time.monotonic_ns()
    doors.approve(found[0], member)
    answered = time.monotonic_ns()
    began = trace().wait("S3", run, seconds=SECONDS)
    trace().wait("DONE", run, seconds=SECONDS)
    asked = trace().at["ASK", run]
    return {"gate": (seen - asked) / MS, "click": (began - clicked) / MS, "answer": (began - answered) / MS}
