"""What processes used of this machine, as the kernel tells it; only processes of the bench are ever named."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
_PARENT, _UTIME, _STIME, _CUTIME, _CSTIME = 1, 11, 12, 13, 14


@dataclass(frozen=True)
class Usage:
    """CPU seconds so far: of each part of the bench, and of the machine in all."""

    parts: dict[str, float]
    busy: float
    available: float

    def since(self, before: Usage) -> Usage:
        """What was used between two readings."""
        parts = {name: seconds - before.parts.get(name, 0.0) for name, seconds in self.parts.items()}
        return Usage(parts, self.busy - before.busy, self.available - before.available)

    @property
    def total(self) -> float:
        """CPU seconds of all parts."""
        return sum(self.parts.values())

    @property
    def others(self) -> float:
        """The share of the machine that processes of others used."""
        return max(0.0, self.busy - self.total) / max(self.available, 1 / TICK)


def usage(parts: dict[str, Collection[int]]) -> Usage:
    """Read the clocks of the process trees that begin at these ids.

    Ended children count where their parent has waited for them: a server's closed sessions, a worker's helpers.
    """
    children = _children()
    used = {name: sum(_seconds(pid, children) for pid in pids) for name, pids in parts.items()}
    busy, available = _machine()
    return Usage(used, busy, available)


def resident_bytes(pid: int) -> int:
    """The resident memory of a process tree, shared pages counted in each process."""
    pids = _tree(pid, _children())
    return sum(int(text.split()[1]) * PAGE for one in pids if (text := _read(f"/proc/{one}/statm")))


def _seconds(root: int, children: dict[int, list[int]]) -> float:
    return sum(_ticks(pid, with_ended=True) for pid in _tree(root, children)) / TICK


def _ticks(pid: int, *, with_ended: bool) -> int:
    fields = _fields(_read(f"/proc/{pid}/stat"))
    wanted = (_UTIME, _STIME, _CUTIME, _CSTIME) if with_ended else (_UTIME, _STIME)
    return sum(int(fields[place]) for place in wanted) if fields else 0


def _tree(root: int, children: dict[int, list[int]]) -> Iterable[int]:
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for place in Path("/proc").iterdir():
        if place.name.isdecimal() and (fields := _fields(_read(place / "stat"))):
            found.setdefault(int(fields[_PARENT]), []).append(int(place.name))
    return found


def _fields(stat: str) -> list[str]:
    """What follows the name of the program, which may hold anything."""
    return stat.rpartition(")")[2].split()


def _machine() -> tuple[float, float]:
    ticks = [int(value) for value in _read("/proc/stat").partition("\n")[0].split()[1:9]]
    waiting = ticks[3] + ticks[4]
    return (sum(ticks) - waiting) / TICK, sum(ticks) / TICK


def _read(path: str | Path) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:  # it has ended
        return ""
