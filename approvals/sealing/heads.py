"""The heads of the seals, outside of the database: one signed line each, in a file that only grows."""

import hmac
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

_PURPOSE = b"signalbox.audit.1"
LONGEST_LINE = 4_096
"""Bytes of a line of the file, and more."""


@dataclass(frozen=True)
class Head:
    """One seal as it was when it left the database."""

    seal: int
    sha256: str
    at: str
    is_signed: bool = True
    """Whether its signature is ours."""


def line(head: Head) -> str:
    """A head as a line of the file, signed (HMAC, SHA-256)."""
    return json.dumps({"seal": head.seal, "sha256": head.sha256, "at": head.at, "signature": _signature(head)})


def append(heads: list[Head], path: Path) -> None:
    """Write heads behind those that are there, and return when the disk has them; readable by their owner only."""
    if not heads:
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(f"{line(head)}\n" for head in heads)
        file.flush()
        os.fsync(file.fileno())


def read(path: Path) -> list[Head]:
    """Every head of a file, oldest first; none when there is no file. What is no head counts as one nobody signed."""
    if not path.exists():
        return []
    return list(_parsed(path.read_text(encoding="utf-8", errors="replace").splitlines()))


def last(path: Path) -> Head | None:
    """The newest head of a file, read from its end: the file grows by a line a minute. None when there is none."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - LONGEST_LINE))
        lines = file.read().decode("utf-8", errors="replace").splitlines()
    return next(_parsed(lines[-1:]), None)


def _parsed(lines: list[str]) -> Iterator[Head]:
    for text in lines:
        try:
            said: dict[str, Any] = json.loads(text)
            head = Head(int(said["seal"]), str(said["sha256"]), str(said["at"]))
            signature = str(said["signature"])
        except (ValueError, KeyError, TypeError):
            yield Head(0, "", "", is_signed=False)
            continue
        is_ours = hmac.compare_digest(signature.encode(), _signature(head).encode())
        yield Head(head.seal, head.sha256, head.at, is_signed=is_ours)


def _signature(head: Head) -> str:
    ours = hmac.digest(settings.SIGNING_KEY, _PURPOSE, "sha256")
    return hmac.digest(ours, f"{head.seal}/{head.sha256}/{head.at}".encode(), "sha256").hex()
