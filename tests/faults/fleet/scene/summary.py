"""The summary of the fault suite: the figures of every case added up into one line."""

from collections.abc import Callable, Iterable
from statistics import median
from typing import Any

from tests.faults.fleet.scene.cases import Report

PROPERTY = "fault figures"
Tell = Callable[[Report], None]
"""How a test hands in what its case left behind."""


def figures(report: Report) -> dict[str, Any]:
    """The numbers of one case, as they travel with a test's report."""
    return {
        "kills": report.kills,
        "runs": len(report.counts),
        "lost": len(report.books.lost),
        "doubled": len(report.books.doubled),
        "unauthorised": len(report.books.unauthorised),
        "unknown and settled": report.parked,
        "unknown and forgotten": len(report.books.unparked),
        "takeovers": list(report.takeovers),
    }


def line(every: Iterable[dict[str, Any]]) -> str:
    """One line for all cases; empty when there were none."""
    cases = list(every)
    if not cases:
        return ""
    names = [name for name in cases[0] if name != "takeovers"]
    said = ", ".join(f"{name} {sum(case[name] for case in cases)}" for name in names)
    seconds = [second for case in cases for second in case["takeovers"]]
    taken = f"takeover p50 {median(seconds):.2f} s, max {max(seconds):.2f} s" if seconds else "no takeover"
    return f"faults: {said}; {taken}"
