"""Count what came of one order, and of many: medians with their ranges."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from console.management.curve.following import Tally

PARTS = 10
"""The curve has so many points, each over as many runs."""
SHARES = ("asked", "read", "asked_of_gated")
END = 5
"""What is said of the end is counted over the last so-many-th part of the runs."""

DEFINITIONS = {
    "asked_at_end": "calls a person was asked about, of all calls, in the last fifth of the runs",
    "asked_at_end_of_gated": "the same, of the calls that write or send something out",
    "read": "calls a person was asked about or audited, of all calls, from the first run on",
    "read_of_gated": "the same, of the calls that write or send something out",
    "wrong_per_100": "runs in which a wrong call ran alone, of 100 runs with a call that writes or sends",
    "catches": "asks that the expert rejects, of all asks",
    "runs_until_alone": "runs until the first call that writes or sends ran alone; all of them when none ever did",
}
"""What the figures of one order are: shares from 0 to 1, but for the last but two and the last."""


@dataclass(frozen=True)
class Followed:
    """One order and its tallies."""

    tallies: Sequence[Tally]
    routes: Sequence[Mapping[str, Any]] = ()
    """How each route stood when the last run was over."""

    def figures(self) -> dict[str, float | None]:
        """By the keys of DEFINITIONS; None where there is nothing to divide by."""
        runs = self.tallies
        end = runs[-max(1, len(runs) // END) :]
        return {
            "asked_at_end": share(_asked(end), _calls(end)),
            "asked_at_end_of_gated": share(_asked(end), _gated(end)),
            "read": share(_read(runs), _calls(runs)),
            "read_of_gated": share(_read(runs), _gated(runs)),
            "wrong_per_100": share(100 * sum(run.wrong for run in runs), sum(run.gated > 0 for run in runs)),
            "catches": share(sum(run.wrong_asked for run in runs), _asked(runs)),
            "runs_until_alone": next((n for n, run in enumerate(runs, 1) if run.gated > run.asked), len(runs)),
        }

    def points(self) -> list[dict[str, Any]]:
        """The curve: of each part of the runs, how many calls were asked about and audited, as shares of all calls."""
        runs, found = self.tallies, []
        for part in range(PARTS):
            since, until = (place * len(runs) // PARTS for place in (part, part + 1))
            some = runs[since:until]
            asked, read = share(_asked(some), _calls(some)), share(_read(some), _calls(some))
            gated = share(_asked(some), _gated(some))
            found.append({"since": since, "runs": until, "asked": asked, "read": read, "asked_of_gated": gated})
        return found


def joined(followed: Sequence[Followed]) -> dict[str, Any]:
    """The first order by itself, and of the others the median and the range of each figure and each point."""
    first, *shuffles = followed
    return {
        "runs": len(first.tallies),
        "calls": _calls(first.tallies),
        "gated": _gated(first.tallies),
        "shuffles": len(shuffles),
        "by_hash": first.figures(),
        "routes": list(first.routes),
        "certified_at_end": sum(any(route["is_certified"] for route in one.routes) for one in followed),
        "shuffled": {key: spread([one.figures()[key] for one in shuffles]) for key in DEFINITIONS},
        "curve": _curve(first, shuffles),
    }


def _curve(first: Followed, shuffles: Sequence[Followed]) -> list[dict[str, Any]]:
    others = [one.points() for one in shuffles]
    return [
        {**point, **{f"shuffled_{key}": spread([one[place][key] for one in others]) for key in SHARES}}
        for place, point in enumerate(first.points())
    ]


def spread(values: Sequence[float | None]) -> dict[str, float] | None:
    """Median, lowest and highest of what is there; None when nothing is."""
    known = [value for value in values if value is not None]
    return {"median": median(known), "low": min(known), "high": max(known)} if known else None


def share(part: float, whole: float) -> float | None:
    """A quotient; None of nothing."""
    return part / whole if whole else None


def _sum_of(name: str) -> Callable[[Sequence[Tally]], int]:
    return lambda runs: sum(getattr(run, name) for run in runs)


_calls, _gated, _asked = _sum_of("calls"), _sum_of("gated"), _sum_of("asked")


def _read(runs: Sequence[Tally]) -> int:
    return _asked(runs) + sum(run.audited for run in runs)
