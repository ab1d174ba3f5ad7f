"""Where recorded data lies, read in place: nothing of it is copied."""

import gzip
import json
import os
from functools import cache, lru_cache
from pathlib import Path

from agents.domain.record.parsing import parse
from agents.domain.record.record import NoRecord, Record

FOLDER = "SIGNALBOX_REPLAY_DIR"
"""Names the folder of recorded runs that a process reads."""
USUAL = Path(__file__).resolve().parents[4] / "shared" / "replay"
RUNS_FILE = "SIGNALBOX_REPLAY_RUNS"
"""Names the file of runs in that folder."""
RUNS = "trajectories.jsonl"
REFERENCE = "reference.jsonl"
"""Solutions by the authors of a benchmark, joined with attacks: runs that no model has made."""
CONFIDENCE = "confidence.jsonl"


def folder() -> Path:
    """The folder of recorded runs: what SIGNALBOX_REPLAY_DIR names, else the one beside the clone."""
    return Path(os.environ.get(FOLDER) or USUAL)


def find(place: Path, name: str) -> Path:
    """A file or folder of recorded data; what the place lacks is taken from the folder beside the clone.

    So a folder of other runs need not repeat what tools and worlds there are. Raises NoRecord.
    """
    found = _inside(place, name) or _inside(USUAL, name)
    if found is None:
        raise NoRecord(f"There is no {place / name}.")
    return found


def _inside(place: Path, name: str) -> Path | None:
    candidates = (place / f"{name}.gz", place / name)
    return next((candidate for candidate in candidates if candidate.exists()), None)


def lines_of(path: Path) -> list[bytes]:
    """The lines of a text file, compressed or not."""
    content = path.read_bytes()
    return (gzip.decompress(content) if path.suffix == ".gz" else content).splitlines()


def read_all(place: Path, name: str = "") -> list[Record]:
    """Every run in a file of a folder (the one this process reads), in the order of the file; raises NoRecord."""
    return [parse(text, line=number) for number, text in enumerate(_runs(place, name or runs_file()))]


def runs_file() -> str:
    """The file of runs that this process reads: what SIGNALBOX_REPLAY_RUNS names, else the recorded ones."""
    return os.environ.get(RUNS_FILE) or RUNS


@lru_cache(maxsize=512)
def read(place: Path, line: int, identity: str) -> Record:
    """One recorded run, in place; raises NoRecord when something else stands in that line now."""
    runs = _runs(place, runs_file())
    found = parse(runs[line], line=line) if 0 <= line < len(runs) else None
    if found is None or found.id != identity:
        raise NoRecord(f"{identity} is not in line {line + 1} of {place / RUNS}.")
    return found


@cache
def _runs(place: Path, name: str) -> list[bytes]:
    path = _inside(place, name)
    if path is None:
        raise NoRecord(f"There is no {place / name}.gz.")
    return lines_of(path)


@cache
def agreements(place: Path) -> dict[tuple[str, str], float]:
    """How many of the other runs of a task made the same call: shares by run and index of the call; empty without any.

    It is known when the call is made, to whoever samples a model several times, so a gate may read it.
    """
    path = _inside(place, CONFIDENCE)
    lines = map(json.loads, lines_of(path)) if path else ()
    return {(line["id"], str(line["index"])): line["confidence"] for line in lines}
