"""What ends running alone: a route that grows worse, or one that nobody looks at (CALIBRATION sections 2.7 and 2.1)."""

from collections.abc import Iterable
from dataclasses import dataclass

from approvals.domain.calibration.run import AnyRun, State, check_places, complete, opened, opened_action

RATIOS = (1.5, 2.5, 5.0, 10.0)
"""How many times the limit each detector bets the share of wrong runs to have become."""
HIGHEST = 0.9
LAST_RUNS = 50
BLIND_SHARE = 0.2


@dataclass(frozen=True)
class Alarm:
    """Whether the alarm fires, and how close it came."""

    index: int | None
    """Place of the outcome that fires, counted from 0; None while none does."""
    trace: list[float]
    """The mean of the detectors after each outcome; goes on after the alarm."""


def alarm(outcomes: Iterable[bool], limit: float, arl: float = 1000.0) -> Alarm:
    """Watch test runs in gate order; `outcomes` say of each resolved one whether an action that ran alone was wrong.

    A Shiryaev-Roberts e-detector (Shin, Ramdas, Rinaldo, "E-detectors", 2022): while the share of wrong runs is at
    most `limit`, the mean gap between false alarms is at least `arl` runs. Overdue runs are left out by the caller.
    Raises ValueError for a limit outside (0, 1), an `arl` that is not above 0, or an outcome that is not yes or no.
    """
    if not 0 < limit < 1 or not arl > 0:
        raise ValueError(f"no alarm for a limit of {limit} and {arl} runs between false ones")
    bets = [min(ratio * limit, HIGHEST) for ratio in RATIOS]
    if_wrong = [bet / limit for bet in bets]
    if_right = [(1 - bet) / (1 - limit) for bet in bets]
    level = [0.0] * len(bets)
    fired, trace = None, []
    for index, is_wrong in enumerate(outcomes):
        if is_wrong not in (True, False):
            raise ValueError(f"a run went wrong or did not; {is_wrong!r} says neither")
        level = [(now + 1) * by for now, by in zip(level, if_wrong if is_wrong else if_right, strict=True)]
        trace.append(sum(level) / len(level))
        if fired is None and trace[-1] >= arl:
            fired = index
    return Alarm(fired, trace)


def is_blind(runs: Iterable[AnyRun], epoch: int | str) -> bool:
    """Whether more than a fifth of the last 50 test runs of the epoch (of all, while fewer) have an overdue action.

    Then the route goes back to asking. `runs` come in any order and either form; raises ValueError like `certify`.
    """
    with complete():
        ours = [
            (place, any(opened_action(action)[1] is State.OVERDUE for action in actions))
            for place, is_test, its_epoch, actions in map(opened, runs)
            if is_test and its_epoch == epoch
        ]
    check_places([place for place, _ in ours])
    last = [is_overdue for _, is_overdue in sorted(ours)[-LAST_RUNS:]]
    return sum(last) > BLIND_SHARE * len(last)
