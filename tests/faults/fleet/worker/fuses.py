"""Fuses: wraps around the engine's functions that end this process, once, where its orders say.

Points, by the moment they stand for: `claiming` (before a claim), `claimed` (inside the claiming transaction, its right
taken), `begun` (claim and right committed), `hanging` and `sent` (inside a tool's call), `concluding` (inside the
transaction that ends a step), `carried` (after its commit).
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from agents.domain.errors import StaleStep
from agents.domain.tool import Call
from agents.engine import carrying, stepping, working
from agents.engine.answers import resuming
from agents.engine.queue.claiming import Held
from agents.engine.stepping import Carried
from agents.guards import leases
from agents.guards.leases import Holder
from tests.faults.fleet.worker import breaks, orders
from tests.faults.fleet.worker.orders import Orders

PID = os.getpid()
_lock = threading.Lock()
_carried: dict[str, Held] = {}
"""The steps this process carries, by their keys: a tool may be called in any thread."""


@dataclass
class Meeting:
    """The runs that have to arrive at one boundary, each in a thread of its own."""

    orders: Orders
    arrived: set[int] = field(default_factory=set)
    over: threading.Event = field(default_factory=threading.Event)


_meeting = Meeting(Orders())


def install() -> None:
    """Wrap the engine of this process."""
    vars(resuming).update(begin=_waiting(resuming.begin), resume=_noting(resuming.resume))
    vars(stepping).update(conclude=_concluding(stepping.conclude))
    vars(carrying).update(carry=_carrying(carrying.carry))
    vars(working).update(Lease=Obedient)
    breaks.install(is_broken)


class Obedient(leases.Lease):
    """A lease that takes others for dead when its orders say so, and breaks what they tell it to break."""

    def __init__(self, *, on_work: Callable[[], None], carried: Callable[[], Collection[int]], **named: Any) -> None:
        self._call = on_work
        super().__init__(
            on_work=breaks.only_on_messages(on_work, is_broken), carried=breaks.everything(carried, is_broken), **named
        )

    def beat(self) -> None:
        """Beat by the orders of this second."""
        if is_broken("nobody looks after the dead"):
            self._call()
            return
        standing = orders.standing(PID)
        if standing is not None and standing.lease_seconds:
            vars(leases).update(LEASE_SECONDS=standing.lease_seconds)
        super().beat()


def _waiting(begin: Callable[[Holder], tuple[bool, Carried | None]]) -> Callable[[Holder], tuple[bool, Carried | None]]:
    def begin_or_wait(holder: Holder) -> tuple[bool, Carried | None]:
        standing = orders.standing(PID)
        if standing is None or (standing.after and orders.ended_at(standing.after) is None):
            return False, None
        if standing.point == "claiming":
            _set_off(Meeting(standing))
        found, carried = begin(holder)
        if carried is not None:
            reach("begun", carried.held)
        return found, carried

    return begin_or_wait


def _noting(resume: Callable[[Held], Carried | None]) -> Callable[[Held], Carried | None]:
    def resume_and_note(held: Held) -> Carried | None:
        orders.note(PID, "claim", run=held.run_id)
        orders.note(PID, "clock", now=time.time())
        _carried[str(held.key)] = held
        carried = resume(held)
        if carried is not None and is_broken("effect before intent"):
            breaks.act_at_once(carried)
        reach("claimed", held)
        return carried

    return resume_and_note


def _concluding(conclude: Callable[..., Carried | None]) -> Callable[..., Carried | None]:
    def conclude_and_reach(held: Held, *rest: Any, **named: Any) -> Carried | None:
        following = conclude(held, *rest, **named)
        reach("concluding", held)
        return following

    return conclude_and_reach


def _carrying(carry: Callable[[Carried], Carried | None]) -> Callable[[Carried], Carried | None]:
    def carry_and_reach(carried: Carried) -> Carried | None:
        _carried[str(carried.held.key)] = carried.held
        orders.note(PID, "carry", run=carried.held.run_id)
        try:
            following = carry(carried)
        except StaleStep:
            orders.note(PID, "stale", run=carried.held.run_id)
            raise
        finally:
            orders.note(PID, "rest", run=carried.held.run_id)
        reach("carried", carried.held)
        return following

    return carry_and_reach


def is_broken(law: str) -> bool:
    """Whether this process is told to break a law."""
    standing = orders.standing(PID)
    return standing is not None and standing.broken == law


def step_of(call: Call) -> Held:
    """The step a tool is called for."""
    return next(held for key, held in _carried.items() if call.operation_key.startswith(key))


def fault_of(held: Held) -> str:
    """What goes wrong in the world for a call of this step; empty for nothing."""
    standing = orders.standing(PID)
    is_meant = standing is not None and held.position == standing.position and held.run_id in standing.runs
    return standing.fault if standing is not None and is_meant else ""


def is_set(point: str, held: Held) -> Orders | None:
    """The orders of this process if they name this point for this step and are not carried out yet."""
    standing = orders.standing(PID)
    if standing is None or (standing.point, standing.position) != (point, held.position):
        return None
    is_meant = held.run_id in standing.runs and not _meeting_of(standing).over.is_set()
    return standing if is_meant else None


def reach(point: str, held: Held) -> None:
    """Stay here if the orders say so, until every run has arrived; then this process ends, or stops and goes on."""
    standing = is_set(point, held)
    if standing is None:
        return
    meeting = _meeting_of(standing)
    with _lock:
        meeting.arrived.add(held.run_id)
        is_complete = meeting.arrived == set(standing.runs)
    if is_complete:
        _set_off(meeting)
    meeting.over.wait()


def _meeting_of(standing: Orders) -> Meeting:
    """The meeting these orders call; a process that was stopped and went on may get new ones."""
    global _meeting
    with _lock:
        if _meeting.orders != standing:
            _meeting = Meeting(standing)
        return _meeting


def _set_off(meeting: Meeting) -> None:
    orders.mark_end(PID)
    os.kill(PID, signal.SIGSTOP if meeting.orders.is_stop else signal.SIGKILL)
    meeting.over.set()
