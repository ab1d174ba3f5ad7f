"""Broken variants of the engine, for tests that show that the books would tell: each breaks one law."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from agents.domain.run import StepStatus
from agents.domain.tool import Call
from agents.engine import carrying, recovering, stepping
from agents.engine.advancing import End
from agents.engine.context.history import Past
from agents.engine.queue.claiming import Held
from agents.engine.stepping import Carried
from agents.models import Operation, Run
from agents.tools import calling

Wrapped = Callable[..., Carried | None]


def install(is_broken: Callable[[str], bool]) -> None:
    """Put the broken way beside the right one; orders choose."""
    vars(recovering).update(reconcile=_repeating(recovering.reconcile, is_broken))


def _repeating(reconcile: Wrapped, is_broken: Callable[[str], bool]) -> Wrapped:
    def reconcile_or_repeat(held: Held, operation: Operation, past: Past, call: Call, **named: Any) -> Carried | None:
        if not is_broken("unknown repeated blindly"):
            return reconcile(held, operation, past, call, **named)
        end = End(StepStatus.SUCCEEDED, {"result": calling.perform(operation, call)})
        with transaction.atomic():
            carrying.record(operation, end)
            return stepping.conclude(held, past, end)

    return reconcile_or_repeat


def act_at_once(carried: Carried) -> None:
    """Let a tool act while its intent is not committed yet."""
    if carried.operation is not None:
        run = Run.objects.get(pk=carried.held.run_id)
        call = calling.call_of(carried.operation, run_key=run.key, session_key=run.session_key, call_id="")
        calling.perform(carried.operation, call)
