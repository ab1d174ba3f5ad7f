"""What runs prove against a limit: the evidence of four bets and the ladder built from it (CALIBRATION section 2.4).

Each bet r speaks for a share of wrong runs of r times the limit. A run that is wrong with chance p multiplies it by r
or by (1 - r b)/(1 - b), on average at most 1 whenever p >= b, so under a share above the limit the mean of the bets
ever reaches `need` with probability at most 1/need, however often anybody looks (Ville's inequality; Ramdas et al.,
"Game-theoretic statistics and safe anytime-valid inference", 2023).

Everywhere: `n` test runs, `s` of them wrong, `limit` a share from 0 to below 1, `need` = 1/delta, at least 1.
"""

from collections.abc import Callable
from math import exp, inf, log, log1p

BETS = (0.02, 0.15, 0.40, 0.70)
ROUNDING = 1e-12
"""How far below log(need) the last digits of a float may leave evidence that is enough."""
MOST_RUNS = 2**63 - 1
"""No route ever has more runs than its ids can count."""


def log_evidence(n: int, s: int, limit: float) -> float:
    """Natural logarithm of the evidence that fewer than `limit` of all runs are wrong.

    Raises ValueError unless 0 <= s <= n and 0 <= limit < 1.
    """
    _check_counts(n, s)
    check_limit(limit)
    return _log_evidence(n, s, limit)


def reaches(n: int, s: int, limit: float, need: float) -> bool:
    """Whether `s` wrong of `n` is enough evidence; raises ValueError like `log_evidence`, or for a need below 1."""
    _check_need(need)
    return log_evidence(n, s, limit) >= log(need) - ROUNDING


def allowed(n: int, limit: float, need: float) -> int:
    """The most wrong runs among `n` that still are enough evidence; -1 when not even none is.

    Raises ValueError for a negative n, a limit outside [0, 1) or a need below 1.
    """
    if not reaches(n, 0, limit, need):
        return -1
    return _first(lambda s: s > n or not reaches(n, s, limit, need), 1, n + 1) - 1


def ladder(limit: float, need: float, rungs: int) -> list[int]:
    """The smallest n at which 0, 1, ... rungs - 1 wrong runs are allowed.

    Shorter than asked for where no number of runs is enough: a limit of 0 has no rung at all. Raises ValueError for
    a negative number of rungs, a limit outside [0, 1) or a need below 1.
    """
    if rungs < 0:
        raise ValueError(f"a ladder cannot have {rungs} rungs")
    found = (rung(place, limit, need) for place in range(rungs))
    return [n for n in found if n is not None]


def rung(place: int, limit: float, need: float) -> int | None:
    """The smallest n that allows `place` wrong runs; None where no number of runs does."""
    if place < 0:
        raise ValueError(f"a ladder has no rung {place}")
    if not reaches(MOST_RUNS, place, limit, need):
        return None
    high = max(1, place)
    while not reaches(high, place, limit, need):
        high *= 2
    return _first(lambda n: reaches(n, place, limit, need), place, high)


def upper_limit(n: int, s: int, need: float) -> float:
    """The smallest limit that `s` wrong of `n` certifies: an upper bound of the share that survives any looking.

    By bisection down to neighbouring floats, the one that certifies; 1.0 for n = 0 and wherever no limit does.
    Raises ValueError unless 0 <= s <= n and need >= 1.
    """
    _check_counts(n, s)
    _check_need(need)
    low, high, enough = 0.0, 1.0, log(need) - ROUNDING
    if n == 0:
        return high
    if _log_evidence(n, s, low) >= enough:
        return low
    while (middle := (low + high) / 2) not in (low, high):
        if _log_evidence(n, s, middle) >= enough:
            high = middle
        else:
            low = middle
    return high


def check_limit(limit: float) -> None:
    """Raise ValueError unless the limit is a share that promises something."""
    if not 0 <= limit < 1:
        raise ValueError(f"a limit is a share from 0 to below 1, not {limit}")


def need_of(delta: float) -> float:
    """The evidence that leaves a chance of `delta` to be wrong; raises ValueError unless 0 < delta < 1."""
    if not 0 < delta < 1 or 1 / delta == inf:
        raise ValueError(f"a certificate is wrong with a chance between 0 and 1, not {delta}")
    return 1 / delta


def _log_evidence(n: int, s: int, limit: float) -> float:
    bets = [s * log(bet) + (n - s) * (log1p(-bet * limit) - log1p(-limit)) for bet in BETS]
    highest = max(bets)
    return highest + log(sum(exp(bet - highest) for bet in bets) / len(BETS))


def _first(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The smallest whole number from `low` to `high` that holds, where all above it do and `high` does."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _check_counts(n: int, s: int) -> None:
    if not 0 <= s <= n:
        raise ValueError(f"{s} of {n} is no count of wrong runs")


def _check_need(need: float) -> None:
    if not 1 <= need < inf:
        raise ValueError(f"evidence is measured against a number from 1, not {need}")
