"""One guarded call: the only place that runs a tool, from the exact bytes of an operation that has its right."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connections, transaction
from pydantic import TypeAdapter

from agents.domain.breaker import Guarded, Key
from agents.domain.errors import OutcomeUnknown, Refusal, TimedOut
from agents.domain.tool import Call, Tool
from agents.models import Operation
from agents.tools import registry
from approvals.domain.action import Action, action
from approvals.domain.evidence import Preview, Read
from approvals.domain.redaction import redact_json
from approvals.models import rows

LARGEST_RESULT = 1_000_000


def call_of(operation: Operation, *, run_key: UUID, session_key: str, call_id: str) -> Call:
    """What the tool is told of its call.

    The idempotency key stands for these bytes of this step: whoever repeats them, a worker or a person who cannot know
    that the first try worked, sends the same one.
    """
    key = f"{operation.origin}-{bytes(operation.payload_sha256).hex()[:16]}"
    return Call(run_key=run_key, operation_key=key, session_key=session_key, call_id=call_id)


def perform(operation: Operation, call: Call) -> Any:
    """Run the tool of an operation and return its result as JSON.

    The arguments are parsed from the operation's own bytes. Raises Refusal when the tool declined and changed
    nothing, OutcomeUnknown when no answer came; anything else it raises is the caller's to judge by effect class.
    A class A tool's effect is rolled back with any exception.
    """
    tool = _tool_of(operation)
    arguments = json.loads(bytes(operation.payload))["arguments"]
    if tool.card.effect_class != "A":
        return _storable(tool.function(call, **arguments))
    with transaction.atomic():
        return _storable(tool.function(call, **arguments))


def perform_in_time(operation: Operation, call: Call) -> Any:
    """As `perform`, for a call to the outside, within the tool's time: after it, OutcomeUnknown.

    Runs in a thread of its own, which cannot be stopped and may still send: the outcome stays open until it could not.
    """
    return _in_time(operation, partial(perform, operation, call))


def fall_back(operation: Operation, call: Call) -> Any:
    """The answer of a read the other way its tool declares, in the same time; LookupError where it declares none."""
    tool = _tool_of(operation)
    if tool.fallback is None:
        raise LookupError(f"{operation.tool} declares no fallback")
    arguments = json.loads(bytes(operation.payload))["arguments"]
    rows.let_go()
    return _storable(_in_time(operation, partial(tool.fallback, call, **arguments)))


def breakers_of(operation: Operation, *, tenant_id: int) -> tuple[Key, ...]:
    """The breakers before a call: its tool's own, and that of what it calls where that is declared."""
    tool = registry.find_tool(operation.tool)
    own = Key(tenant_id, Guarded.TOOL, operation.tool)
    return (own, Key(tenant_id, Guarded.DEPENDENCY, tool.dependency)) if tool and tool.dependency else (own,)


def _in_time(operation: Operation, ask: Callable[[], Any]) -> Any:
    answer: Future[Any] = Future()

    def run() -> None:
        try:
            answer.set_result(ask())
        except BaseException as error:  # noqa: BLE001  # handed to the caller, who judges it
            answer.set_exception(error)
        finally:
            connections.close_all()

    seconds = time_of(operation)
    threading.Thread(target=run, name=f"call-{operation.pk}", daemon=True).start()
    try:
        return answer.result(timeout=seconds)
    except TimeoutError as error:
        raise TimedOut(f"no answer after {seconds:g} s") from error


def time_of(operation: Operation) -> float:
    """Seconds the tool of an operation may take; the default for one that is gone."""
    tool = registry.find_tool(operation.tool)
    return tool.timeout_seconds if tool else 60.0


def reconcile(operation: Operation, call: Call) -> dict[str, Any] | None:
    """Ask the world whether an operation without outcome happened; raises OutcomeUnknown when nobody can tell."""
    tool = _tool_of(operation)
    if tool.reconcile is None:
        raise OutcomeUnknown("the tool cannot be asked whether it happened.")
    arguments = json.loads(bytes(operation.payload))["arguments"]
    try:
        return tool.reconcile(call, **arguments)
    except OutcomeUnknown:
        raise
    except Exception as error:
        # Whatever goes wrong while asking leaves the question open; guessing is what must not happen.
        raise OutcomeUnknown(str(error)) from error


def preview(proposed: Action, call: Call) -> Preview:
    """What a call would do, by the tool's own preview; an empty one for a tool without."""
    tool = registry.find_tool(proposed.tool)
    if tool is None or tool.preview is None:
        return Preview(affects="not known", goes_to=tool.card.environment if tool else "not known")
    return tool.preview(call, **proposed.arguments)


def reads(proposed: Action, call: Call) -> tuple[Read, ...]:
    """The declared read-set of a call as it is now."""
    tool = registry.find_tool(proposed.tool)
    if tool is None or tool.reads is None:
        return ()
    return tool.reads(call, **proposed.arguments)


def as_action(name: str, arguments: dict[str, Any]) -> Action:
    """The action of a proposed call, with the version of the tool as it is registered now."""
    return action(name, registry.card_of(name).version, arguments)


def from_payload(payload: bytes) -> Action:
    """The action that canonical bytes stand for."""
    call = json.loads(payload)
    return action(call["tool"], call["version"], call["arguments"])


def _tool_of(operation: Operation) -> Tool:
    tool = registry.find_tool(operation.tool)
    if tool is None:
        raise Refusal("the tool is no longer registered.")
    version = json.loads(bytes(operation.payload))["version"]
    if version != tool.card.version:
        raise Refusal(f"the tool is version {tool.card.version} now, and {version} was allowed.")
    return tool


def _storable(result: Any) -> Any:
    """A result as JSON, without secrets; what cannot be written as JSON is an error of the tool."""
    plain = TypeAdapter(Any).dump_python(result, mode="json")
    text = json.dumps(plain, allow_nan=False, ensure_ascii=False)
    if len(text) > LARGEST_RESULT:
        return {"cut": True, "beginning": text[:10_000], "characters": len(text)}
    return redact_json(plain)
