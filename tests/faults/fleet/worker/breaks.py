"""Broken variants of the engine, for tests that show that the books would tell: each breaks one law."""

import os
import re
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

from django.db import DatabaseError, transaction

from agents.domain.run import StepStatus
from agents.domain.tool import Call
from agents.engine import advancing, recovering, stepping, working
from agents.engine.advancing import End
from agents.engine.answers import resuming
from agents.engine.context.history import Past
from agents.engine.queue import claiming
from agents.engine.queue.claiming import Held
from agents.engine.stepping import Carried
from agents.models import Operation, Run, Step
from agents.tools import calling
from tests.faults.fleet.worker import orders

Wrapped = Callable[..., Carried | None]
IsBroken = Callable[[str], bool]
FENCE = r"AND epoch = %\(epoch\)s AND (worker_id = %\(worker\)s|status = 'running')"
NOW = r"statement_timestamp\(\)"


def install(is_broken: IsBroken) -> None:
    """Put the broken ways beside the right ones; orders choose."""
    vars(recovering).update(reconcile=_repeating(recovering.reconcile, is_broken))
    vars(advancing).update(finish=_unfenced(advancing.finish, is_broken))
    vars(claiming).update(
        check_sending=_blind(claiming.check_sending, is_broken), claim=_by_own_clock(claiming, is_broken)
    )
    # Bound by name where it is used.
    vars(resuming).update(claim=claiming.claim)
    vars(working).update(drain=_obeying(working.drain, is_broken))


def _unfenced(finish: Callable[..., Any], is_broken: IsBroken) -> Callable[..., Any]:
    """ "no fencing at finish": whoever ends a step ends it, whoever holds it by now."""
    whole = advancing.FINISH

    def finish_or_overwrite(*given: Any, **named: Any) -> Any:
        vars(advancing).update(FINISH=without(whole, FENCE) if is_broken("no fencing at finish") else whole)
        try:
            return finish(*given, **named)
        except DatabaseError as error:
            orders.note(os.getpid(), "refused", sqlstate=resuming.sqlstate_of(error))
            raise

    return finish_or_overwrite


def _blind(check_sending: Callable[[Held], None], is_broken: IsBroken) -> Callable[[Held], None]:
    """ "no look before sending": a worker sends what it meant to send, however long ago that was."""
    return lambda held: None if is_broken("no look before sending") else check_sending(held)


def _by_own_clock(module: ModuleType, is_broken: IsBroken) -> Callable[..., Any]:
    """ "the worker's clock rules": due is what this machine's clock says."""
    claim, whole = module.claim, module.CLAIM

    def claim_by_clock(*given: Any, **named: Any) -> Any:
        mine = f"'{datetime.now(UTC).isoformat()}'::timestamptz"
        is_ours = is_broken("the worker's clock rules")
        vars(module).update(CLAIM=without(whole, NOW, mine) if is_ours else whole)
        return claim(*given, **named)

    return claim_by_clock


def _obeying(drain: Callable[[], int], is_broken: IsBroken) -> Callable[[], int]:
    """ "a message is an order": each one does the last effect again that this process knows of."""

    def drain_and_repeat() -> int:
        moved = drain()
        last = Operation.objects.filter(effect_class="C", outcome="succeeded").order_by("-pk").first()
        if is_broken("a message is an order") and last is not None:
            run = last.step.run
            calling.perform(last, calling.call_of(last, run_key=run.key, session_key="", call_id=""))
        return moved

    return drain_and_repeat


def only_on_messages(on_work: Callable[[], None], is_broken: IsBroken) -> Callable[[], None]:
    """ "wake without sweep": nobody looks for work but whom a message reaches."""
    return lambda: None if is_broken("wake without sweep") else on_work()


def everything(carried: Callable[[], Collection[int]], is_broken: IsBroken) -> Callable[[], Collection[int]]:
    """ "a lost COMMIT is forgotten": a process believes that it carries whatever is in its name."""

    def carried_or_all() -> Collection[int]:
        if not is_broken("a lost COMMIT is forgotten"):
            return carried()
        return list(Step.objects.filter(status="running").values_list("pk", flat=True))

    return carried_or_all


def without(statement: str, pattern: str, instead: str = "") -> str:
    """A statement without one of its conditions, which must be there."""
    changed, count = re.subn(pattern, instead, statement)
    assert count, f"it no longer says {pattern!r}"
    return changed


def _repeating(reconcile: Wrapped, is_broken: IsBroken) -> Wrapped:
    def reconcile_or_repeat(held: Held, operation: Operation, past: Past, call: Call, **named: Any) -> Carried | None:
        if not is_broken("unknown repeated blindly"):
            return reconcile(held, operation, past, call, **named)
        end = End(StepStatus.SUCCEEDED, {"result": calling.perform(operation, call)})
        with transaction.atomic():
            return stepping.conclude(held, past, end, operation=operation)

    return reconcile_or_repeat


def act_at_once(carried: Carried) -> None:
    """Let a tool act while its intent is not committed yet."""
    if carried.operation is not None:
        run = Run.objects.get(pk=carried.held.run_id)
        call = calling.call_of(carried.operation, run_key=run.key, session_key=run.session_key, call_id="")
        calling.perform(carried.operation, call)
