"""Secrets of this installation: from the environment, else made once and kept in the state folder."""

from __future__ import annotations

import secrets

from console.launch.state import folder, locked, read_private, write_private
from console.settings.environ import text

_FILE = "keys.json"


def secret(name: str) -> str:
    """The secret of that name; several machines must be given the same ones by environment."""
    return text(name) or _kept(name)


def _kept(name: str) -> str:
    found = read_private(folder() / _FILE).get(name)
    return found if isinstance(found, str) else _made(name)


def _made(name: str) -> str:
    """Under a lock, because web and worker start at the same moment and must agree."""
    path = folder() / _FILE
    with locked("keys", waiting=""):
        kept = read_private(path)
        if name not in kept:
            write_private(path, kept | {name: secrets.token_urlsafe(48)})
        return str(read_private(path)[name])
