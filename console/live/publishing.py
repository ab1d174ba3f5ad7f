"""Tell open pages that an escalation changed."""

import asyncio
from typing import Any

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from approvals.signals import changed
from console.live.numbering import advance, group

PATIENCE_SECONDS = 1.0
"""How long a request waits for a broker that does not answer."""

log = structlog.get_logger(__name__)


def connect() -> None:
    """Begin to tell; called once when the app is ready, in web, worker and beat alike."""
    changed.connect(publish, dispatch_uid="console.live.publishing")


def publish(sender: object, *, escalation_id: int, tenant_id: int, kind: str, version: int, **_more: Any) -> None:
    """Send one numbered note to the tenant's pages; a broker that is down costs the note and nothing else."""
    try:
        note = {"seq": advance(tenant_id), "kind": kind, "id": escalation_id, "version": version}
        async_to_sync(_send)(group(tenant_id), note)
    except (RedisError, OSError, ValueError) as error:
        log.warning("live note lost", escalation=escalation_id, change=kind, error=str(error))


async def _send(to: str, note: dict[str, Any]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        await get_channel_layer().group_send(to, {"type": "note", "note": note})
