"""The range of a share, and the limit to test when reviewers miss mistakes (CALIBRATION sections 2.12 and 2.6)."""

from collections.abc import Callable
from math import inf, lgamma, log


def interval(n: int, s: int, delta: float) -> tuple[float, float]:
    """The range of a share after `s` of `n`, wrong at most a share `delta` of the time however often it is looked at.

    All p with B(s+1, n-s+1) / (p^s (1-p)^(n-s)) < 1/delta: the mixture of all coins against the coin p is a martingale
    under p, so it ever reaches 1/delta with probability at most delta (Ville). (0, 0) gives (0, 1).
    Raises ValueError unless 0 <= s <= n and 0 < delta < 1.
    """
    if not 0 <= s <= n or not 0 < delta < 1:
        raise ValueError(f"no range of a share for {s} of {n} at {delta}")
    if n == 0:
        return 0.0, 1.0
    evidence, needed = _evidence_against(n, s), -log(delta)
    low = 0.0 if s == 0 else _border(evidence, needed, outside=0.0, inside=s / n)
    high = 1.0 if s == n else _border(evidence, needed, outside=1.0, inside=s / n)
    return low, high


def corrected_limit(
    limit: float, seeds: int, missed: int, delta_m: float = 0.05, assumed: float | None = None
) -> tuple[float, float]:
    """How large a share of mistakes reviewers may miss, and the limit to test so that `limit` holds all the same.

    The upper end of `interval(seeds, missed, delta_m)`; without seeds what an admin assumes, else everything: then the
    corrected limit is 0 and nothing certifies. A claim that rests on seeds is wrong with a chance of `delta_m` more.
    Raises ValueError for a limit or an assumption outside [0, 1], or like `interval`.
    """
    if not 0 <= limit <= 1 or (assumed is not None and not 0 <= assumed <= 1):
        raise ValueError(f"a limit of {limit} cannot be corrected for {assumed} missed")
    most = interval(seeds, missed, delta_m)[1]
    if seeds == 0 and assumed is not None:
        most = float(assumed)
    return most, limit * (1 - most)


def _evidence_against(n: int, s: int) -> Callable[[float], float]:
    """Logarithm of the evidence against each p; least at s/n, and without end where p cannot be."""
    mixture = lgamma(s + 1) + lgamma(n - s + 1) - lgamma(n + 2)

    def against(p: float) -> float:
        return mixture - _times(s, p) - _times(n - s, 1 - p)

    return against


def _times(count: int, p: float) -> float:
    """`count * log(p)`, where nothing that cannot be counts nothing."""
    if count == 0:
        return 0.0
    return count * log(p) if p > 0 else -inf


def _border(evidence: Callable[[float], float], needed: float, *, outside: float, inside: float) -> float:
    """Where the evidence reaches what is needed, by bisection down to neighbouring floats; the outer of the two."""
    while (middle := (outside + inside) / 2) not in (outside, inside):
        if evidence(middle) < needed:
            inside = middle
        else:
            outside = middle
    return outside
