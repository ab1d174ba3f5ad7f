"""Claim ready steps and do nothing with them: what the queue itself can hand out."""

import threading
import time
from typing import Any

from django.db import connections

from agents.engine import accepting
from agents.engine.queue import claiming
from agents.guards.leases import Holder
from agents.models import Worker
from console.management.bench import workload


def queue(*, runs: int) -> int:
    """Accept that many requests; each has one step that is ready."""
    for number in range(runs):
        accepting.accept(**workload.request(f"claim-{number}"))
    return runs


def claim_all(*, threads: int) -> dict[str, Any]:
    """Claim until nothing is ready, with a connection for each thread; seconds, and how many were claimed."""
    holder = Holder(Worker.objects.create(name="bench").pk)
    ready, claimed = threading.Barrier(threads + 1), [0] * threads

    def work(place: int) -> None:
        connections["default"].ensure_connection()
        ready.wait()
        while claiming.claim(holder) is not None:
            claimed[place] += 1
        connections.close_all()

    crew = [threading.Thread(target=work, args=[place]) for place in range(threads)]
    for thread in crew:
        thread.start()
    ready.wait()
    started = time.monotonic()
    for thread in crew:
        thread.join()
    return {"seconds": time.monotonic() - started, "claimed": sum(claimed)}
