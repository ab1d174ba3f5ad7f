"""Orders: what a test tells a running worker process, and what the process leaves behind, as files of one folder."""

import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FOLDER = "SIGNALBOX_FAULTS"
WORLD = "SIGNALBOX_FAULTS_WORLD"


@dataclass(frozen=True)
class Orders:
    """What one worker process has to do; without orders it claims nothing."""

    point: str = ""
    """Where it dies, see `fuses`; empty for nowhere."""
    position: int = 0
    """At which step of a run."""
    runs: tuple[int, ...] = ()
    """Which runs have to arrive there; the last one sets it off."""
    is_stop: bool = False
    """Stop instead of die."""
    fault: str = ""
    """What goes wrong in the world for its calls."""
    after: int = 0
    """The process whose end it waits for before it claims anything."""
    broken: str = ""
    """Which law it breaks, see `breaks`."""
    lease_seconds: float = 0
    """After how long it takes a silent worker for dead, from now on; 0 for what the product says."""


def folder() -> Path:
    """Where the files lie."""
    return Path(os.environ[FOLDER])


def give(pid: int, orders: Orders) -> None:
    """Put orders where the process finds them, in one step."""
    path = folder() / f"{pid}.orders"
    aside = path.with_suffix(".aside")
    aside.write_text(json.dumps(asdict(orders)), encoding="utf-8")
    aside.replace(path)


def standing(pid: int) -> Orders | None:
    """The orders of a process; None while it has none."""
    try:
        found = json.loads((folder() / f"{pid}.orders").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Orders(**{**found, "runs": tuple(found["runs"])})


def mark_end(pid: int) -> None:
    """Write down the moment at which a process ends: the clock is the same in every process of a machine."""
    aside = folder() / f"{pid}.ending"
    aside.write_text(str(time.monotonic()), encoding="utf-8")
    aside.replace(folder() / f"{pid}.end")


def forget_end(pid: int) -> None:
    """It was stopped only, and goes on."""
    (folder() / f"{pid}.end").unlink(missing_ok=True)


def ended_at(pid: int) -> float | None:
    """When the process ended, by the monotonic clock; None while it lives."""
    path = folder() / f"{pid}.end"
    return float(path.read_text(encoding="utf-8")) if path.exists() else None


def note(pid: int, what: str, **fields: Any) -> None:
    """Append one line to what a process tells; lines this short are written whole."""
    line = json.dumps({"what": what, "at": time.monotonic(), **fields})
    with (folder() / f"{pid}.notes").open("ab", buffering=0) as file:
        file.write(line.encode() + b"\n")


def notes(pid: int, what: str) -> Iterator[dict[str, Any]]:
    """What a process told so far, oldest first."""
    path = folder() / f"{pid}.notes"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return (found for found in map(json.loads, lines) if found["what"] == what)


def is_busy(pid: int) -> bool:
    """Whether a process still carries a step that it began to carry."""
    begun = sum(1 for _ in notes(pid, "carry"))
    return begun != sum(1 for _ in notes(pid, "rest"))
