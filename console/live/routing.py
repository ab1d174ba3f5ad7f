"""Addresses of the live sockets."""

from channels.security.websocket import WebsocketDenier
from django.urls import URLPattern, path, re_path

from console.live.consumer import LiveConsumer

websocket_urlpatterns: list[URLPattern] = [
    path("live", LiveConsumer.as_asgi()),
    re_path("", WebsocketDenier.as_asgi()),
]
