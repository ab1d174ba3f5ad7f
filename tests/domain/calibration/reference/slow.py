"""The certificate once more, slowly and straight from the formulas: exact decimals, plain scans, no shortcuts.

Nothing of the calibration is imported; sections are those of CALIBRATION. Runs come in the plain form.
"""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Context, Decimal, localcontext
from math import factorial
from typing import Any

PRECISE = Context(prec=50)
STEP = Decimal("0.00001")
BETS = [Decimal(bet) for bet in ("0.02", "0.15", "0.40", "0.70")]
Plain = dict[str, Any]


def log_evidence(n: int, s: int, limit: float) -> Decimal:
    """Section 2.4, E and then its logarithm."""
    with localcontext(PRECISE):
        b = Decimal(limit)
        bets = [r**s * ((1 - r * b) / (1 - b)) ** (n - s) for r in BETS]
        return (sum(bets, Decimal(0)) / 4).ln()


def reaches(n: int, s: int, limit: float, need: float) -> bool:
    return log_evidence(n, s, limit) >= Decimal(need).ln(PRECISE) - Decimal("1e-12")


def allowed(n: int, limit: float, need: float) -> int:
    """Section 2.4, one mistake more at a time."""
    s = -1
    while s < n and reaches(n, s + 1, limit, need):
        s += 1
    return s


def ladder(limit: float, need: float, rungs: int) -> list[int]:
    """Section 2.4, one run more at a time."""
    found: list[int] = []
    n = 0
    while len(found) < rungs:
        if allowed(n, limit, need) >= len(found):
            found.append(n)
        else:
            n += 1
    return found


def upper_limit(n: int, s: int, need: float) -> Decimal:
    """Section 2.5.6, by halving from both ends."""
    low, high = Decimal(0), Decimal(1)
    if n == s:
        return high
    with localcontext(PRECISE):
        enough = Decimal(need).ln() - Decimal("1e-12")
        for _ in range(70):
            middle = (low + high) / 2
            bets = [r**s * ((1 - r * middle) / (1 - middle)) ** (n - s) for r in BETS]
            low, high = (low, middle) if (sum(bets, Decimal(0)) / 4).ln() >= enough else (middle, high)
        return high


def interval(n: int, s: int, delta: float) -> tuple[Decimal, Decimal]:
    """Section 2.12, by halving from the share itself to each end."""
    with localcontext(PRECISE):
        beta = Decimal(factorial(s)) * factorial(n - s) / factorial(n + 1)
        ends = []
        for end, is_possible in ((Decimal(0), s == 0), (Decimal(1), s == n)):
            inside, outside = Decimal(s) / max(n, 1), end
            for _ in range(0 if is_possible else 110):
                p = (inside + outside) / 2
                within = beta / (p**s * (1 - p) ** (n - s)) < 1 / Decimal(delta)
                inside, outside = (p, outside) if within else (inside, p)
            ends.append(outside)
        return ends[0], ends[1]


def floored(score: float | None) -> Decimal | None:
    """Section 2.5.2; None where the action can never run alone."""
    if score is None or not 0 <= score <= 1:
        return None
    return Decimal(repr(float(score))).quantize(STEP, rounding=ROUND_FLOOR)


def certify(runs: Sequence[Plain], limit: float, delta_c: float, epoch: int, floor: float = 0.0) -> dict[str, Any]:
    """Section 2.5, steps 1 to 6."""
    tests = sorted((run for run in runs if run["test"] and run["epoch"] == epoch), key=lambda run: int(run["seq"]))
    done = finished(tests)
    live, guard = _threshold(done, limit, delta_c, floor), _threshold(tests, limit, delta_c, floor)
    found = {**live, **{f"guard_{key}": value for key, value in guard.items()}}
    cut = live["threshold"]
    at = None if cut is None else sum(z is not None and float(z) >= cut for z in map(mistake, done))
    return {
        **found,
        "wrong_at_threshold": at,
        "log_evidence": None if at is None else log_evidence(len(done), at, limit),
        "upper_limit": None if at is None else upper_limit(len(done), at, 1 / delta_c),
    }


def finished(tests: Sequence[Plain]) -> list[Plain]:
    """Section 2.5.1: those before the first run with a pending action."""
    done: list[Plain] = []
    for run in tests:
        if any(action["state"] == "pending" for action in run["actions"]):
            break
        done.append(run)
    return done


def mistake(run: Plain) -> Decimal | None:
    """Section 2.5.2: z."""
    bad = [floored(action["score"]) for action in run["actions"] if action["state"] in ("wrong", "overdue")]
    return max((score for score in bad if score is not None), default=None)


def _threshold(runs: Sequence[Plain], limit: float, delta_c: float, floor: float) -> dict[str, Any]:
    """Section 2.5.3."""
    z = sorted((bad for bad in map(mistake, runs) if bad is not None), reverse=True)
    j = allowed(len(runs), limit, 1 / delta_c)
    cut: float | None = None
    if j >= 0:
        cut = max(float(z[j] + STEP), floor) if len(z) > j else floor
    return {"n": len(runs), "wrong": len(z), "allowed": j, "threshold": None if cut is None or cut > 1 else cut}


def certify_purity(
    runs: Sequence[Plain], limit: float, delta_c: float, grid: Sequence[float], mass: Sequence[float]
) -> dict[str, Any]:
    """Section 2.10."""
    done = finished(sorted((run for run in runs if run["test"]), key=lambda run: int(run["seq"])))
    large = [[place for place, share in enumerate(mass) if share >= least] for least in (0.2, 0.5)]
    starts = sorted({places[0] for places in large if places})
    need = len(starts) / delta_c
    n = [sum(_acts(run, cut, ("right", "wrong", "overdue")) for run in done) for cut in grid]
    wrong = [sum(_acts(run, cut, ("wrong", "overdue")) for run in done) for cut in grid]
    ok = [bool(starts) and reaches(*counts, limit, need) for counts in zip(n, wrong, strict=True)]
    reached = [end for start in starts for end in range(start, len(grid)) if all(ok[start : end + 1])]
    threshold = grid[max(reached)] if reached else None
    return {"starts": starts, "need": need, "n": n, "wrong": wrong, "ok": ok, "threshold": threshold}


def _acts(run: Plain, cut: float, states: Sequence[str]) -> bool:
    scores = [floored(action["score"]) for action in run["actions"] if action["state"] in states]
    return any(score is not None and float(score) >= cut for score in scores)


def alarm(outcomes: Sequence[bool], limit: float) -> list[Decimal]:
    """Section 2.7: the mean statistic after each run, each a sum over all runs where a change may have begun."""
    trace = []
    with localcontext(PRECISE):
        b = Decimal(limit)
        bets = [min(k * b, Decimal("0.9")) for k in map(Decimal, ("1.5", "2.5", "5", "10"))]
        for end in range(1, len(outcomes) + 1):
            total = Decimal(0)
            for p in bets:
                product = Decimal(1)
                for wrong in reversed(outcomes[:end]):
                    product *= p / b if wrong else (1 - p) / (1 - b)
                    total += product
            trace.append(total / 4)
    return trace
