"""When reviewing costs more than it saves (CALIBRATION section 2.12)."""


def break_even(cost_review: float, cost_wrong: float, miss: float) -> float:
    """The chance of being wrong below which running alone is cheaper than a review; drawn, never obeyed.

    `cost_review` and `cost_wrong` in one currency, `miss` the share of mistakes that a reviewer misses. At most 1,
    also where a review prevents nothing. Raises ValueError for a negative cost or a miss outside [0, 1].

    >>> break_even(2, 100, 0.2)
    0.025
    """
    if not (cost_review >= 0 and cost_wrong >= 0 and 0 <= miss <= 1):
        raise ValueError(f"no break-even for a review at {cost_review}, a mistake at {cost_wrong}, {miss} missed")
    prevented = (1 - miss) * cost_wrong
    return min(1.0, cost_review / prevented) if prevented > 0 else 1.0
