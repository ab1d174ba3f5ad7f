"""Broken variants of the engine, for tests that show that the books would tell: each breaks one law."""

from collections.abc import Callable
from typing import Any

from agents.engine import carrying, recovering
from agents.engine.stepping import Carried
from agents.models import Run
from agents.tools import calling


def install(is_broken: Callable[[str], bool]) -> None:
    """Put the broken ways beside the right ones; orders choose."""
    reconcile = recovering.reconcile

    def reconcile_or_repeat(held: Any, operation: Any, past: Any, call: Any, **named: Any) -> Carried | None:
        if is_broken("unknown repeated blindly"):
            return carrying._remote(held, operation, past, call)
        return reconcile(held, operation, past, call, **named)

    recovering.reconcile = reconcile_or_repeat


def act_at_once(carried: Carried) -> None:
    """Let a tool act while its intent is not committed yet."""
    if carried.operation is not None:
        run = Run.objects.get(pk=carried.held.run_id)
        call = calling.call_of(carried.operation, run_key=run.key, session_key=run.session_key, call_id="")
        calling.perform(carried.operation, call)
