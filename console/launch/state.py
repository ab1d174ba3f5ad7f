"""The folder `.signalbox/` of this clone: what is generated here, kept here and never committed."""

from __future__ import annotations

import fcntl
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class LaunchFailed(Exception):
    """Signalbox could not be started."""


class AlreadyLocked(LaunchFailed):
    """Another process of this clone is doing this already."""


def folder(*parts: str) -> Path:
    """The state folder, or one below it; made on demand, readable by its owner only."""
    path = Path(os.environ.get("SIGNALBOX_STATE") or ROOT / ".signalbox").joinpath(*parts)
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise LaunchFailed(
            f"The folder {path} cannot be made ({error.strerror}): make its parent writable, "
            "or set SIGNALBOX_STATE to a folder of your own."
        ) from error
    return path


@contextmanager
def locked(name: str, *, waiting: str | None = None) -> Iterator[None]:
    """Hold a lock that the kernel drops when this process dies, however it dies.

    With `waiting`, says that once (it may be empty) and waits for the other process; without it
    raises AlreadyLocked.
    """
    descriptor = os.open(folder() / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take(descriptor, waiting)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, waiting: str | None) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        if waiting is None:
            holder = os.pread(descriptor, 20, 0).decode() or "unknown"
            raise AlreadyLocked(holder) from error
        print(waiting, file=sys.stderr, end="\n" if waiting else "", flush=True)
        fcntl.flock(descriptor, fcntl.LOCK_EX)


def write_private(path: Path, document: dict[str, Any]) -> None:
    """Replace a small JSON file in one step, readable by its owner only."""
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(document, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def read_private(path: Path) -> dict[str, Any]:
    """The document, or an empty one when there is none yet."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise LaunchFailed(f"{path} cannot be read ({error}): restore it, or move it aside to start anew.") from error
    return document if isinstance(document, dict) else {}
