"""Keep a number of runs in flight until all have ended: submitted, seen in the queue, approved at once."""

import sys
import threading
import time
from contextlib import suppress
from queue import SimpleQueue
from typing import Any

from agents.engine import accepting
from approvals.domain.errors import ApprovalError
from console.management.bench import doors, workload
from console.management.bench.driver.traces import trace

APPROVERS = 4
CLICK_AGAIN_SECONDS = 2.0
STALL_SECONDS = 60.0
GENTLE_SECONDS = 0.002
PAUSE_SECONDS = 0.0005


def fly(*, runs: int, in_flight: int, tag: str) -> dict[str, Any]:
    """Seconds until that many runs have ended, and how many did."""
    flight = Flight(tag, runs, in_flight)
    for _ in range(APPROVERS):
        threading.Thread(target=flight.approve, daemon=True).start()
    started = time.monotonic()
    flight.last = started
    while len(flight.done) < runs and time.monotonic() - flight.last < STALL_SECONDS:
        flight.look()
        time.sleep(PAUSE_SECONDS)
    seconds = flight.last - started
    for _ in range(APPROVERS):
        flight.asked.put(None)
    if len(flight.done) < runs:
        sys.exit(f"Only {len(flight.done)} of {runs} runs ended, and nothing has moved for {STALL_SECONDS:.0f} s.")
    return {"seconds": seconds, "runs": runs}


class Flight:
    """The runs that are under way."""

    def __init__(self, tag: str, runs: int, in_flight: int) -> None:
        self.last = 0.0
        self.done: set[str] = set()
        self.asked: SimpleQueue[int | None] = SimpleQueue()
        self._tag, self._runs, self._in_flight = tag, runs, in_flight
        self._submitted: set[str] = set()
        self._clicked: dict[int, float] = {}
        self._member = doors.reviewer()
        self._next_page = 0.0

    def look(self) -> None:
        """See who has ended, submit as many, and hand over what waits for a person."""
        for event, run in trace().poll():
            if event == "DONE" and run in self._submitted:
                self.done.add(run)
                self.last = time.monotonic()
        while len(self._submitted) < self._runs and len(self._submitted) - len(self.done) < self._in_flight:
            run = f"{self._tag}-{len(self._submitted)}"
            self._submitted.add(run)
            accepting.accept(**workload.request(run))
        if time.monotonic() >= self._next_page:
            self._read_page()

    def _read_page(self) -> None:
        started = time.monotonic()
        for escalation_id, _ in doors.page(self._member):
            if started - self._clicked.get(escalation_id, -CLICK_AGAIN_SECONDS) >= CLICK_AGAIN_SECONDS:
                self._clicked[escalation_id] = started
                self.asked.put(escalation_id)
        # At most half of the reader's time goes into listing.
        now = time.monotonic()
        self._next_page = now + max(GENTLE_SECONDS, now - started)

    def approve(self) -> None:
        """Approve what is handed over, until told to stop; what an earlier click has decided is left."""
        while (escalation_id := self.asked.get()) is not None:
            with suppress(ApprovalError):
                doors.approve(escalation_id, self._member)
