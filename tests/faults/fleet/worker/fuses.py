"""Fuses: wraps around the engine's functions that end this process, once, where its orders say.

Points, by the moment they stand for: `claiming` (before a claim), `claimed` (inside the claiming transaction, its right
taken), `begun` (claim and right committed), `hanging` and `sent` (inside a tool's call), `concluding` (inside the
transaction that ends a step), `carried` (after its commit).
"""

import os
import signal
import threading
from typing import Any

from agents.domain.errors import StaleStep
from agents.domain.tool import Call
from agents.engine import carrying, resuming, stepping
from agents.engine.claiming import Held
from agents.engine.stepping import Carried
from agents.guards import leases
from agents.guards.leases import Holder
from tests.faults.fleet.worker import breaks, orders
from tests.faults.fleet.worker.orders import Orders

PID = os.getpid()
_meeting = threading.Lock()
_arrived: set[int] = set()
_over = threading.Event()
_carried: dict[str, Held] = {}
"""The steps this process carries, by their keys: a tool may be called in any thread."""


def install() -> None:
    """Wrap the engine of this process."""
    begin, resume, conclude, carry = resuming.begin, resuming.resume, stepping.conclude, carrying.carry

    def begin_or_wait(holder: Holder) -> tuple[bool, Carried | None]:
        standing = orders.standing(PID)
        if standing is not None and standing.lease_seconds:
            leases.LEASE_SECONDS = standing.lease_seconds
        if standing is None or (standing.after and orders.ended_at(standing.after) is None):
            return False, None
        if standing.point == "claiming":
            _set_off(standing)
        found, carried = begin(holder)
        if carried is not None:
            reach("begun", carried.held)
        return found, carried

    def resume_claimed(held: Held) -> Carried | None:
        orders.note(PID, "claim", run=held.run_id, position=held.position, epoch=held.epoch)
        carried = resume(held)
        if carried is not None and is_broken("effect before intent"):
            breaks.act_at_once(carried)
        reach("claimed", held)
        return carried

    def conclude_and_reach(held: Held, *rest: Any, **named: Any) -> Carried | None:
        following = conclude(held, *rest, **named)
        reach("concluding", held)
        return following

    def carry_and_reach(carried: Carried) -> Carried | None:
        _carried[str(carried.held.key)] = carried.held
        try:
            following = carry(carried)
        except StaleStep:
            orders.note(PID, "stale", run=carried.held.run_id, position=carried.held.position)
            raise
        reach("carried", carried.held)
        return following

    resuming.begin, resuming.resume = begin_or_wait, resume_claimed
    stepping.conclude, carrying.carry = conclude_and_reach, carry_and_reach
    breaks.install(is_broken)


def is_broken(law: str) -> bool:
    """Whether this process is told to break a law."""
    standing = orders.standing(PID)
    return standing is not None and standing.broken == law


def step_of(call: Call) -> Held:
    """The step a tool is called for."""
    return next(held for key, held in _carried.items() if call.operation_key.startswith(key))


def is_set(point: str, held: Held) -> Orders | None:
    """The orders of this process if they name this point for this step and are not carried out yet."""
    standing = orders.standing(PID)
    if standing is None or _over.is_set() or (standing.point, standing.position) != (point, held.position):
        return None
    return standing if held.run_id in standing.runs else None


def reach(point: str, held: Held) -> None:
    """Stay here if the orders say so, until every run has arrived; then this process ends, or stops and goes on."""
    standing = is_set(point, held)
    if standing is None:
        return
    with _meeting:
        _arrived.add(held.run_id)
        is_complete = _arrived == set(standing.runs)
    if is_complete:
        _set_off(standing)
    _over.wait()


def _set_off(standing: Orders) -> None:
    orders.mark_end(PID)
    os.kill(PID, signal.SIGSTOP if standing.is_stop else signal.SIGKILL)
    _over.set()
