"""The agents of the fault suite and their tools, one of each effect class; the module that `SIGNALBOX_AGENTS` names.

In a worker process of the suite it puts the fuses in as well.
"""

import json
import os
import time
from http.client import HTTPConnection
from typing import Any
from uuid import uuid4

from agents.domain.agent import Agent
from agents.domain.errors import OutcomeUnknown
from agents.domain.tool import Call
from agents.tools.registry import agent, tool
from agents.tools.samples.retail.models import Order
from tests.faults.fleet.worker import clock, fuses, orders

ANSWER_SECONDS = 3.0
"""How long a call may take; until then nobody can say that it will not happen."""
ACTING = ("file_here", "send_keyed", "send_blind", "send_traced")


@tool(effect="read", effect_class="A")
def look(call: Call, *, what: str) -> dict[str, Any]:
    """Look at something."""
    return {"seen": what}


@tool(effect="write", effect_class="A", title="File {note}")
def file_here(call: Call, *, note: str) -> dict[str, Any]:
    """File a note in our own database: one more row each time."""
    Order.objects.create(
        world=str(call.run_key), order_id=f"{call.operation_key}/{uuid4()}", user_id=note, status="filed", city=""
    )
    fuses.reach("hanging", fuses.step_of(call))
    fuses.reach("sent", fuses.step_of(call))
    return {"filed": note}


@tool(effect="write", effect_class="B", title="Send {note} under a key", timeout_seconds=ANSWER_SECONDS)
def send_keyed(call: Call, *, note: str) -> dict[str, Any]:
    """Send a note to a world that knows idempotency keys."""
    return _send(call, note, key=call.operation_key)


@tool(effect="write", effect_class="C", title="Send {note}", timeout_seconds=ANSWER_SECONDS)
def send_blind(call: Call, *, note: str) -> dict[str, Any]:
    """Send a note to a world that cannot be asked about it."""
    return _send(call, note, key="")


def _trace(call: Call, /, **_: Any) -> dict[str, Any] | None:
    found = _ask(call.operation_key)
    if found["state"] == "pending":
        raise OutcomeUnknown("the world has not made up its mind.")
    answer: dict[str, Any] | None = found.get("answer")
    return answer


@tool(
    effect="write",
    effect_class="C",
    title="Send {note}, to be traced",
    timeout_seconds=ANSWER_SECONDS,
    reconcile=_trace,
)
def send_traced(call: Call, *, note: str) -> dict[str, Any]:
    """Send a note to a world that can be asked whether it arrived."""
    return _send(call, note, key="")


def _send(call: Call, note: str, *, key: str) -> dict[str, Any]:
    body = json.dumps({"operation": call.operation_key, "run": str(call.run_key), "arguments": {"note": note}})
    held = fuses.step_of(call)
    headers = {"Idempotency-Key": key} if key else {}
    connection = _world()
    connection.request("POST", "/effect", body, headers | {"Fault": fuses.fault_of(held)})
    for point, state in (("sent", "happened"), ("hanging", "pending")):
        if fuses.is_set(point, held):
            _await(call.operation_key, state)
            fuses.reach(point, held)
    answer: dict[str, Any] = json.loads(connection.getresponse().read())
    connection.close()
    return answer


def _await(operation: str, state: str) -> None:
    """Wait until the world says so; the caller's own deadline ends a wait that never does."""
    while _ask(operation)["state"] != state:
        time.sleep(0.01)


def _ask(operation: str) -> dict[str, Any]:
    connection = _world()
    connection.request("GET", f"/happened?operation={operation}")
    found: dict[str, Any] = json.loads(connection.getresponse().read())
    connection.close()
    return found


def _world() -> HTTPConnection:
    host, _, port = os.environ[orders.WORLD].partition(":")
    return HTTPConnection(host, int(port), timeout=ANSWER_SECONDS)


for name in ("careful", "trusted"):
    agent(Agent(name=name, version="1", model="scripted:", system="", tools=("look", *ACTING)))

if os.environ.get("SIGNALBOX_FAULTS_FUSES"):
    fuses.install()
    clock.install()
