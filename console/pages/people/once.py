"""Secrets that are shown once, on a page of their own, so that reloading it sends no form again.

Between the form and that page a secret lies in two halves, each as random as the other: one in the session, one in
Valkey for some minutes. Neither says anything alone; no address, cookie, table or log ever holds the secret.
"""

import secrets
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from redis import RedisError

KEPT = "shown_once"
MOST = 5
SECONDS = 300


def keep(request: HttpRequest, secret: str, *, of: str) -> bool:
    """Keep the secret of a thing until who is signed in here looks; False when Valkey is away and nothing is kept."""
    raw = secret.encode()
    half = secrets.token_bytes(len(raw))
    name = secrets.token_hex(16)
    try:
        cache.set(_key(name), _joined(raw, half), SECONDS)
    except RedisError:
        return False
    others = {other: kept for other, kept in _kept(request).items() if other != of}
    request.session[KEPT] = dict([*others.items(), (of, {"name": name, "half": half.hex()})][-MOST:])
    return True


def take(request: HttpRequest, *, of: str) -> str:
    """The secret of a thing, for the first who asks; empty for everybody after, and when its time is over."""
    kept = _kept(request).get(of)
    if kept is None:
        return ""
    try:
        other = cache.get(_key(kept["name"]))
        # Of several who ask side by side one deletes it.
        is_first = other is not None and cache.delete(_key(kept["name"]))
    except RedisError:
        return ""
    return _joined(other, bytes.fromhex(kept["half"])).decode() if is_first else ""


def _kept(request: HttpRequest) -> dict[str, Any]:
    found: dict[str, Any] = request.session.get(KEPT, {})
    return found


def _key(name: str) -> str:
    return f"once-{name}"


def _joined(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
