"""Keep a process at work: one lease a process, and drains that claim until there is nothing left."""

import threading

import structlog

from agents.domain.errors import StaleStep
from agents.engine import carrying, recovering
from agents.engine.answers import resuming
from agents.engine.stepping import Carried
from agents.guards.leases import Holder, Lease
from agents.tools import registry

log = structlog.get_logger(__name__)

_lease: Lease | None = None
_starting = threading.Lock()
_spare = threading.Semaphore(1)
_carried: dict[int, int] = {}
"""The step each thread of this process carries."""


def lease() -> Lease:
    """The lease of this process, begun at first use: a process that never works holds none."""
    global _lease
    with _starting:
        if _lease is None:
            lanes = ("default", *sorted({tool.lane for tool in registry.tools()} - {"default"}))
            _lease = Lease(lanes=lanes, on_work=_work_aside, carried=lambda: list(_carried.values()))
            _lease.start()
        return _lease


def stop() -> None:
    """Give the lease back; called when the worker process ends."""
    global _lease
    with _starting:
        if _lease is not None:
            _lease.stop()
            _lease = None


def drain() -> int:
    """Claim steps and carry them until none is due; how many runs were moved.

    Any number of threads and processes may drain at once: each step is claimed by one.
    """
    moved = 0
    while True:
        found, carried = resuming.begin(lease().holder)
        if not found:
            return moved
        moved += 1
        follow(carried)


def follow(carried: Carried | None) -> None:
    """Carry a run until it is blocked; a step that another worker has taken over is left to it.

    Whatever else goes wrong, the step is given back: a living worker never keeps what it does not carry.
    """
    thread = threading.get_ident()
    try:
        while carried is not None:
            _carried[thread] = carried.held.id
            carried = _carry(carried)
    finally:
        _carried.pop(thread, None)


def _carry(carried: Carried) -> Carried | None:
    held = carried.held
    try:
        return carrying.carry(carried)
    except StaleStep as stale:
        log.info("step_was_taken_over", step=stale.detail)
    except Exception:
        log.exception("step_failed", step=held.id, epoch=held.epoch)
        recovering.give_back(held)
    return None


def once(holder: Holder) -> bool:
    """Claim one step and carry its run as far as it goes; False when nothing was due. For tests and benchmarks."""
    found, carried = resuming.begin(holder)
    follow(carried)
    return found


def _work_aside() -> None:
    """Drain in a thread of its own when the heartbeat saw due steps, one such thread at a time."""
    if not _spare.acquire(blocking=False):
        return

    def run() -> None:
        from django.db import connections

        try:
            drain()
        except Exception:
            # The next heartbeat tries again; what was held is given back when this process ends or by its epoch.
            log.exception("drain_failed")
        finally:
            connections.close_all()
            _spare.release()

    threading.Thread(target=run, name="drain", daemon=True).start()
