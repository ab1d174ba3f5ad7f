"""Calling tools by name, and walking through the reference solution of a task."""

from typing import Any
from uuid import uuid4

from django.db import transaction

from agents.domain.errors import Refusal
from agents.domain.tool import Call, Tool
from agents.tools.registry import find_tool
from agents.tools.samples.retail import reading
from agents.tools.samples.retail.domain import differences
from agents.tools.samples.retail.gathering import gather
from agents.tools.samples.retail.tasks import ReferenceAction, Task
from approvals.domain.evidence import Change, Preview, Read

WRITES = (
    "cancel_pending_order",
    "exchange_delivered_order_items",
    "modify_pending_order_address",
    "modify_pending_order_items",
    "modify_pending_order_payment",
    "modify_user_address",
    "return_delivered_order_items",
)


def tool(name: str) -> Tool:
    """A registered tool."""
    found = find_tool(name)
    assert found is not None
    return found


def act(call: Call, name: str, **arguments: Any) -> Any:
    """What a tool returns."""
    return tool(name).function(call, **arguments)


def look(call: Call, name: str, **arguments: Any) -> Preview:
    """What a tool's preview says."""
    preview = tool(name).preview
    assert preview is not None
    return preview(call, **arguments)


def read_set(call: Call, name: str, **arguments: Any) -> tuple[Read, ...]:
    """What a tool's read-set is now."""
    reads = tool(name).reads
    assert reads is not None
    return reads(call, **arguments)


def order(call: Call, order_id: str) -> Any:
    """An order as the run of a call sees it."""
    return act(call, "get_order_details", order_id=order_id)


def user(call: Call, user_id: str) -> Any:
    """A customer as the run of a call sees them."""
    return act(call, "get_user_details", user_id=user_id)


Step = tuple[str, tuple[Change, ...]]


def walk(task: Task) -> tuple[list[Step], list[Step]]:
    """Carry out a task's reference writes: what the previews said would change, and what the rows say did."""
    call = Call(run_key=uuid4(), operation_key="walk")
    foreseen: list[Step] = []
    happened: list[Step] = []
    for action in task.actions:
        if action.name in WRITES:
            foreseen.append((action.name, look(call, action.name, **action.arguments).changes))
            happened.append((action.name, _carry_out(call, action)))
    return foreseen, happened


def _carry_out(call: Call, action: ReferenceAction) -> tuple[Change, ...]:
    before = gather(reading.world_of(call.run_key), action.arguments)
    try:
        with transaction.atomic():
            act(call, action.name, **action.arguments)
    except Refusal:
        return ()
    after = gather(reading.world_of(call.run_key), action.arguments)
    return differences.between(before, after)[0]
