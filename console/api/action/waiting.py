"""Wait for an answer without holding anything: no thread, no connection, no transaction while nothing happens."""

import asyncio
import time
from collections.abc import Callable

from asgiref.sync import SyncToAsync, sync_to_async

from approvals.models import rows
from approvals.outside.actions.standing import ActionStatus
from console.api.action.shapes import Action

PAUSE_SECONDS = 1.0
MOST = 200
"""So many wait in one process; who comes then is answered at once and asks again, as often as its key may."""
_waiting = 0


async def answered(look: Callable[[], Action], *, seconds: int) -> Action:
    """What `look` finds once it waits for nobody any more, or when the time is over; looks each second."""
    global _waiting
    ends_at = time.monotonic() + seconds
    found = await _looked(look)
    if not _is_open(found) or not seconds or _waiting >= MOST:
        return found
    _waiting += 1
    try:
        while _is_open(found) and (left := ends_at - time.monotonic()) > 0:
            _give_thread_back()
            await asyncio.sleep(min(PAUSE_SECONDS, left))
            found = await _looked(look)
    finally:
        _waiting -= 1
    return found


async def _looked(look: Callable[[], Action]) -> Action:
    def looked() -> Action:
        try:
            return look()
        finally:
            rows.let_go()

    return await sync_to_async(looked)()


def _give_thread_back() -> None:
    """Each request of an ASGI server has a thread of its own, idle or not; the next look gets a new one."""
    context = SyncToAsync.thread_sensitive_context.get(None)
    executor = SyncToAsync.context_to_thread_executor.pop(context, None) if context else None
    if executor is not None:
        executor.shutdown(wait=False)


def _is_open(found: Action) -> bool:
    return found.status is ActionStatus.WAITING
