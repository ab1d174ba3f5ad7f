"""Recorded runs: what an agent and a customer said and what tools answered, without anything a run is scored by.

`record` is one run as a value, `parsing` sorts a line of a file into the turns of the engine, `reading` finds the
files. It lies below both the provider that says it again and the stand-ins that answer, because these may not import
each other.
"""

from agents.domain.record.parsing import parse
from agents.domain.record.reading import (
    FOLDER,
    REFERENCE,
    RUNS,
    RUNS_FILE,
    agreements,
    find,
    folder,
    lines_of,
    read,
    read_all,
)
from agents.domain.record.record import Answer, NoRecord, Record, Said

__all__ = [
    "FOLDER",
    "REFERENCE",
    "RUNS",
    "RUNS_FILE",
    "Answer",
    "NoRecord",
    "Record",
    "Said",
    "agreements",
    "find",
    "folder",
    "lines_of",
    "parse",
    "read",
    "read_all",
]
