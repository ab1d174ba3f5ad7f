"""Where the Python of a process spends its CPU time, by part; a module for SIGNALBOX_AGENTS, begun when it is loaded.

Self time on the clock of each thread, taken at every call and return; what the standard library does counts for whoever
called it. The looking itself costs several times what it looks at and is left out as far as it can be, so only shares
are used. Twice a second the sums so far go to the folder that `W_PROFILE` names.
"""

from __future__ import annotations

import json
import os
import sys
import sysconfig
import threading
import time
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import Any

PARTS = ("orm", "json", "celery", "psycopg", "own")
PACKAGES = {
    "orm": ("django",),
    "json": ("json", "rfc8785", "pydantic", "pydantic_core"),
    "celery": ("celery", "kombu", "vine", "billiard", "redis", "channels", "channels_redis", "asgiref"),
    "psycopg": ("psycopg", "psycopg_pool", "psycopg_binary", "psycopg_c"),
}
PAUSE_SECONDS = 0.5
SITE = sysconfig.get_path("purelib")
LIBRARY = sysconfig.get_path("stdlib")

_watches: list[Watch] = []


class Watch:
    """Looks at one thread."""

    def __init__(self) -> None:
        self.spent = dict.fromkeys(PARTS, 0.0)
        self._last = time.thread_time()
        _watches.append(self)

    def __call__(self, frame: FrameType, event: str, argument: Any) -> None:
        """Charge the time since the last look to whoever ran."""
        passed = time.thread_time() - self._last
        ran = frame.f_back if event == "call" else frame
        part = None
        while ran is not None and (part := part_of(ran.f_code.co_filename)) is None:
            ran = ran.f_back
        self.spent[part or "own"] += passed
        self._last = time.thread_time()


@lru_cache(maxsize=4096)
def part_of(path: str) -> str | None:
    """The part that a file belongs to; None for the standard library, which works for its caller."""
    for root in (SITE, LIBRARY):
        if path.startswith(f"{root}{os.sep}"):
            package = path[len(root) + 1 :].partition(os.sep)[0].removesuffix(".py")
            known = next((part for part, packages in PACKAGES.items() if package in packages), None)
            return known or ("own" if root == SITE else None)
    return None if path.startswith("<") else "own"


def read(folder: Path) -> dict[int, dict[str, float]]:
    """CPU seconds by part of each process that has written here."""
    return {int(path.stem): json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.profile")}


def _begin(*_: Any) -> None:
    sys.setprofile(Watch())


def _write(folder: Path) -> None:
    place = folder / f"{os.getpid()}.profile"
    while True:
        sums = {part: sum(watch.spent[part] for watch in list(_watches)) for part in PARTS}
        aside = place.with_suffix(".new")
        aside.write_text(json.dumps(sums), encoding="utf-8")
        aside.replace(place)
        time.sleep(PAUSE_SECONDS)


if "W_PROFILE" in os.environ:
    threading.Thread(target=_write, args=[Path(os.environ["W_PROFILE"])], daemon=True).start()
    threading.setprofile(_begin)
    _begin()
