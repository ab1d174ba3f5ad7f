"""The summary of the fault suite: the figures of every case added up into one line."""

from collections import Counter
from collections.abc import Callable, Iterable
from statistics import median
from typing import Any

from tests.faults.fleet.scene.boundaries import ROLES
from tests.faults.fleet.scene.cases import Report

PROPERTY = "fault figures"
Tell = Callable[[Report], None]
"""How a test hands in what its case left behind."""


CLASSES = {"file_here": "A", "send_keyed": "B", "send_blind": "C", "send_traced": "C"}


def figures(report: Report) -> dict[str, Any]:
    """The numbers of one case, as they travel with a test's report."""
    classes = Counter(class_of(name) for name in report.counts)
    return {
        "kind": report.kind,
        "blows": report.kills,
        "runs": len(report.counts),
        "lost": len(report.books.lost),
        "doubled": len(report.books.doubled),
        "unauthorised": len(report.books.unauthorised),
        "untrue": len(report.books.untrue),
        "laws broken": len(report.books.broken),
        "losers told": report.losers - len(report.books.untold),
        "losers not told": len(report.books.untold),
        "unknown and settled": report.parked,
        "unknown and forgotten": len(report.books.unparked),
        "takeovers": list(report.takeovers),
        "runs of a class": dict(classes),
        "blows of a class": dict.fromkeys(classes, report.kills),
    }


def class_of(name: str) -> str:
    """The effect class of a run, by the name of its role."""
    return next(CLASSES[role.tool] for role in ROLES if name.startswith(role.name))


def lines(every: Iterable[dict[str, Any]]) -> list[str]:
    """What all cases came to, a line for each kind of blow; none when there were no cases."""
    kinds: dict[str, list[dict[str, Any]]] = {}
    for case in every:
        kinds.setdefault(case["kind"], []).append(case)
    return [line(kind, cases) for kind, cases in kinds.items()]


def line(kind: str, cases: list[dict[str, Any]]) -> str:
    """What the cases of one kind came to, with the 95 % bound (3/n) where nothing went wrong."""
    said = ", ".join(f"{name} {sum(case[name] for case in cases)}" for name in cases[0] if is_number(cases[0][name]))
    seconds = [second for case in cases for second in case["takeovers"]]
    taken = f"; takeover p50 {median(seconds):.2f} s, max {max(seconds):.2f} s" if seconds else ""
    runs, blows = (added(case[name] for case in cases) for name in ("runs of a class", "blows of a class"))
    bounds = ", ".join(
        f"{name}: {blows[name]} blows, {runs[name]} runs, 3/n {300 / runs[name]:.1f} %" for name in sorted(runs)
    )
    return f"faults, {kind}: {said}{taken}; {bounds}"


def is_number(value: Any) -> bool:
    """Whether this figure is added up."""
    return isinstance(value, int)


def added(counts: Iterable[dict[str, int]]) -> Counter[str]:
    """The sum of several counts."""
    total = Counter[str]()
    for one in counts:
        total.update(one)
    return total
