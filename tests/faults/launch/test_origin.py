"""Which pages may open a socket: those of this very site, and no others."""

from __future__ import annotations

import pytest

from console.asgi import is_same_origin

HOST = (b"host", b"console.example:8000")
ORIGINS = {
    "its own page": (b"http://console.example:8000", True),
    "another port": (b"http://console.example:8001", False),
    "another scheme": (b"https://console.example:8000", False),
    "another host": (b"http://evil.example", False),
    "a longer host": (b"http://console.example:8000.evil.example", False),
    "a sandboxed page": (b"null", False),
}


@pytest.mark.parametrize(("origin", "expected"), ORIGINS.values(), ids=ORIGINS)
def test_a_socket_is_opened_for(origin: bytes, expected: bool) -> None:
    assert is_same_origin({"scheme": "ws", "headers": [HOST, (b"origin", origin)]}) is expected


def test_a_socket_is_not_opened_without_an_origin() -> None:
    assert is_same_origin({"scheme": "ws", "headers": [HOST]}) is False


def test_an_encrypted_socket_belongs_to_an_encrypted_page() -> None:
    headers = [HOST, (b"origin", b"https://console.example:8000")]
    assert is_same_origin({"scheme": "wss", "headers": headers}) is True
