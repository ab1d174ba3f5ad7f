"""The web process: pages and API over HTTP, live notes over WebSocket."""

from __future__ import annotations

import os
from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")


class SameOrigin:
    """Open a socket only to a page of this very site: scheme, host and port, all three.

    Channels checks nothing by default, and its own validator ignores scheme and port.
    """

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        inner = self.inner if is_same_origin(scope) else WebsocketDenier()
        return await inner(scope, receive, send)


def is_same_origin(scope: Any) -> bool:
    """A browser always sends Origin with a socket; a client without one is no browser of ours."""
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    secure = scope.get("scheme") == "wss"
    if trusted := settings.SECURE_PROXY_SSL_HEADER:
        name = trusted[0].removeprefix("HTTP_").replace("_", "-").lower()
        secure = secure or headers.get(name.encode()) == trusted[1]
    own = f"{'https' if secure else 'http'}://{headers.get(b'host', '')}"
    return headers.get(b"origin") in {own, *settings.CSRF_TRUSTED_ORIGINS}


def application_of(pages: Any) -> ProtocolTypeRouter:
    """Called when the apps are loaded: routing imports consumers, which import models."""
    from console.live.routing import websocket_urlpatterns

    sockets = AuthMiddlewareStack(URLRouter(websocket_urlpatterns))
    return ProtocolTypeRouter({"http": pages, "websocket": SameOrigin(sockets)})


application = application_of(get_asgi_application())
