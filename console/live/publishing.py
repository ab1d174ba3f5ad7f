"""Tell open pages that an escalation changed.

Notes are told by a thread of their own, in the order in which they were handed over: nobody who decides or works waits
for the broker, and one loop keeps one connection.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Full, SimpleQueue
from typing import Any

import structlog
from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from approvals.signals import changed
from console.live.numbering import advance, group

PATIENCE_SECONDS = 1.0
"""How long a note waits for a broker that does not answer."""
MOST_WAITING = 1_000

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Note:
    """What is told: a hint without content."""

    tenant_id: int
    escalation_id: int
    kind: str
    version: int


def connect() -> None:
    """Begin to tell; called once when the app is ready, in web, worker and beat alike."""
    changed.connect(publish, dispatch_uid="console.live.publishing")


@contextmanager
def silenced() -> Iterator[None]:
    """Tell nothing meanwhile, in this process."""
    changed.disconnect(dispatch_uid="console.live.publishing")
    try:
        yield
    finally:
        connect()


def publish(sender: object, *, escalation_id: int, tenant_id: int, kind: str, version: int, **_more: Any) -> None:
    """Hand one note over; a broker that is down costs the note and nothing else."""
    _teller.tell(Note(tenant_id, escalation_id, kind, version))


@dataclass
class Teller:
    """The thread that tells, begun at the first note: a process that was forked begins its own."""

    notes: SimpleQueue[Note] = field(default_factory=SimpleQueue)
    thread: threading.Thread | None = None
    beginning: threading.Lock = field(default_factory=threading.Lock)

    def tell(self, note: Note) -> None:
        """Queue a note; with too many waiting it is lost, as any note may be."""
        if self.notes.qsize() > MOST_WAITING:
            log.warning("live note lost", escalation=note.escalation_id, change=note.kind, error=Full.__name__)
            return
        self.notes.put(note)
        with self.beginning:
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self._run, name="live-notes", daemon=True)
                self.thread.start()

    def _run(self) -> None:
        with asyncio.Runner() as runner:
            while True:
                note = self.notes.get()
                try:
                    runner.run(_send(note))
                except (RedisError, OSError, ValueError) as error:
                    log.warning("live note lost", escalation=note.escalation_id, change=note.kind, error=str(error))


_teller = Teller()


async def _send(note: Note) -> None:
    seq = advance(note.tenant_id)
    told = {"seq": seq, "kind": note.kind, "id": note.escalation_id, "version": note.version}
    async with asyncio.timeout(PATIENCE_SECONDS):
        await get_channel_layer().group_send(group(note.tenant_id), {"type": "note", "note": told})
