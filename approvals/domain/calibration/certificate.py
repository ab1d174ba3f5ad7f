"""Which threshold the test runs of an epoch prove, and the guard beside it (CALIBRATION section 2.5).

The same function serves both thresholds: for running alone a mistake is any wrong action, for confirming (section 2.9)
one that the user approved and the expert's audit calls wrong. What reviewers miss enters through the limit: pass the
`corrected_limit` (section 2.6).
"""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from approvals.domain.calibration.evidence import allowed, check_limit, log_evidence, need_of, rung, upper_limit
from approvals.domain.calibration.run import (
    STEPS,
    AnyAction,
    AnyRun,
    State,
    check_places,
    complete,
    opened,
    opened_action,
    steps,
)

_RIGHT = "right"


@dataclass(frozen=True)
class Certificate:
    """What is proven now. A threshold of None: everything asks. Scores run alone from the threshold upwards."""

    n: int
    """Test runs before the first one with a pending action."""
    wrong: int
    """Of those, with a mistake at any score that could run alone."""
    allowed: int
    """As many may lie at or above the threshold; -1: not even none is proven yet."""
    threshold: float | None
    guard_n: int
    """The guard looks at all test runs and takes pending ones as right: a live threshold below it is tightened."""
    guard_wrong: int
    guard_allowed: int
    guard_threshold: float | None
    wrong_at_threshold: int | None
    """This and the next two only where a threshold stands."""
    log_evidence: float | None
    upper_limit: float | None
    """The smallest limit that the same runs and mistakes at the threshold would certify."""
    to_next_rung: int | None
    """So many more test runs allow one more mistake; None where no number does."""
    inputs_sha256: str
    """Hash of everything the result depends on, and of nothing else; the same for any order of the runs."""


@dataclass(frozen=True)
class _Seen:
    """The test runs of an epoch, each list in gate order."""

    places: list[int]
    mistakes: list[tuple[int, int]]
    """Place of a run, and its highest wrong or overdue score in steps."""
    pending: list[int]

    def before(self, place: int) -> "_Seen":
        ended = bisect_left(self.mistakes, (place,))
        return _Seen(self.places[: bisect_left(self.places, place)], self.mistakes[:ended], [])

    @property
    def done(self) -> "_Seen":
        return self.before(self.pending[0]) if self.pending else self


def certify(runs: Iterable[AnyRun], limit: float, delta_c: float, epoch: int | str, floor: float = 0.0) -> Certificate:
    """The lowest threshold that lets at most a share `limit` of all runs go wrong, but for a chance of `delta_c`.

    `runs` come in any order and either form; other epochs and runs the coin did not draw are not looked at. `floor` is
    the lowest threshold ever given. Holds however often it is asked: it is today's evidence, never the best ever.
    Time: linear in the actions, plus sorting. Raises ValueError for a limit outside [0, 1), a delta outside (0, 1),
    a floor outside [0, 1], an unknown state, a missing field, or two test runs at one place.
    """
    check_limit(limit)
    need = need_of(delta_c)
    if not 0 <= floor <= 1:
        raise ValueError(f"a threshold lies between 0 and 1, not at {floor}")
    seen = _look(runs, epoch)
    done = seen.done
    n, most = len(done.places), allowed(len(done.places), limit, need)
    guard_n, guard_most = len(seen.places), allowed(len(seen.places), limit, need)
    threshold = _cut(done.mistakes, most, floor)
    at = None if threshold is None else sum(score / STEPS >= threshold for _, score in done.mistakes)
    next_rung = rung(most + 1, limit, need)
    return Certificate(
        n=n,
        wrong=len(done.mistakes),
        allowed=most,
        threshold=threshold,
        guard_n=guard_n,
        guard_wrong=len(seen.mistakes),
        guard_allowed=guard_most,
        guard_threshold=_cut(seen.mistakes, guard_most, floor),
        wrong_at_threshold=at,
        log_evidence=None if at is None else log_evidence(n, at, limit),
        upper_limit=None if at is None else upper_limit(n, at, need),
        to_next_rung=None if next_rung is None else next_rung - n,
        inputs_sha256=_hashed(seen, f"{float(limit)!r} {float(delta_c)!r} {float(floor)!r} {epoch}"),
    )


def stricter(one: float | None, other: float | None) -> float | None:
    """The one of two thresholds that lets less run; None lets nothing run. So a guard tightens what is live."""
    return None if one is None or other is None else max(one, other)


def clamped(escalate: float | None, auto: float | None) -> float | None:
    """The second threshold, never above the first (section 2.9); None, no middle band, where the first is None."""
    return None if escalate is None or auto is None else min(escalate, auto)


def _look(runs: Iterable[AnyRun], epoch: int | str) -> _Seen:
    """Most actions are right, so they are passed by as quickly as plain Python can."""
    places: list[int] = []
    left: dict[int, list[AnyAction]] = {}
    with complete():
        for run in runs:
            place, is_test, its_epoch, actions = run if isinstance(run, tuple) else opened(run)
            if not is_test or its_epoch != epoch:
                continue
            places.append(place)
            for action in actions:
                if (action[1] if isinstance(action, tuple) else action["state"]) != _RIGHT:
                    left.setdefault(place, []).append(action)
        check_places(places)
        mistakes, pending = _sorted_out(left)
    return _Seen(sorted(places), sorted(mistakes.items()), pending)


def _sorted_out(left: Mapping[int, Iterable[AnyAction]]) -> tuple[dict[int, int], list[int]]:
    """The highest mistake of each run that has one, in steps, and the runs with a pending action."""
    mistakes: dict[int, int] = {}
    pending: set[int] = set()
    for place, actions in left.items():
        for score, state in map(opened_action, actions):
            if state is State.PENDING:
                pending.add(place)
            elif (exact := steps(score)) >= 0:
                mistakes[place] = max(exact, mistakes.get(place, 0))
    return mistakes, sorted(pending)


def _cut(mistakes: list[tuple[int, int]], most: int, floor: float) -> float | None:
    """One step above the first mistake too many, from the highest score down; a whole tie falls on one side."""
    if most < 0:
        return None
    if len(mistakes) <= most:
        return float(floor)
    cut = (sorted((score for _, score in mistakes), reverse=True)[most] + 1) / STEPS
    return max(cut, float(floor)) if cut <= 1 else None


def _hashed(seen: _Seen, terms: str) -> str:
    mistakes = (f"{place}:{score}" for place, score in seen.mistakes)
    lines = (terms, *(",".join(map(str, each)) for each in (seen.places, mistakes, seen.pending)))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
