"""One open page: let in when signed in, told what changed, shut out when that ends."""

import time
from importlib import import_module
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from approvals.models import Member
from console.live.numbering import group, latest

SIGNED_OUT = 4401
"""The close code after which a page does not come back by itself."""


class LiveConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]
    """Hands a tenant's notes to one page. The origin was checked before this is reached (`console.asgi`)."""

    async def connect(self) -> None:
        """Join first and number second, so that no note falls between."""
        await self.accept()
        member = await self._member()
        if member is None:
            await self.close(SIGNED_OUT)
            return
        await self.channel_layer.group_add(group(member.tenant_id), self.channel_name)
        self.groups = [group(member.tenant_id)]
        now = round(time.time() * 1000)
        await self.send_json({"kind": "hello", "seq": await latest(member.tenant_id), "now": now})

    async def receive(self, *_frame: Any, **_more: Any) -> None:
        """A page has nothing to say here; decisions are POSTs, and what comes is not even parsed."""

    async def note(self, event: dict[str, Any]) -> None:
        """Pass one note on, unless its reader has signed out or lost the account since."""
        if await self._member() is None:
            await self.close(SIGNED_OUT)
            return
        await self.send_json(event["note"])

    async def _member(self) -> Member | None:
        session = self.scope.get("session")
        return await _member_of(session.session_key) if session else None


@database_sync_to_async  # type: ignore[untyped-decorator]
def _member_of(session_key: str | None) -> Member | None:
    """Who this session signs in now, read from the database and not from what the socket remembers."""
    if not session_key:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    member = get_user(request)
    return member if isinstance(member, Member) and member.is_active else None
