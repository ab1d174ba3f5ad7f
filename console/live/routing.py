"""Addresses of the live sockets."""

from django.urls import URLPattern, path

from console.live.consumer import LiveConsumer

websocket_urlpatterns: list[URLPattern] = [path("live", LiveConsumer.as_asgi())]
