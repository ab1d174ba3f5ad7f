"""The alarm that closes an epoch when a route grows worse (CALIBRATION section 2.7)."""

from collections.abc import Iterable
from dataclasses import dataclass

RATIOS = (1.5, 2.5, 5.0, 10.0)
"""How many times the limit each detector bets the share of wrong runs to have become."""
HIGHEST = 0.9


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
