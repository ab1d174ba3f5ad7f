"""How good a score is at telling right writes from wrong ones, whatever the threshold."""

from collections.abc import Iterable, Sequence
from itertools import groupby


def aurc(scored: Iterable[tuple[float | None, bool]]) -> float | None:
    """The area under the curve of risk over coverage; lower is better, None for nothing.

    `scored` are pairs of a score and whether the write was wrong. The writes are let through from the highest score
    to the lowest, those without a score last; averaged over every number that is let through is the share of wrong
    ones among them. Where scores are equal every order is as likely. Source: Geifman and El-Yaniv, NeurIPS 2017.
    """
    ranked = sorted(scored, key=lambda pair: -1.0 if pair[0] is None else pair[0], reverse=True)
    total, seen, wrong = 0.0, 0, 0.0
    for _, group in groupby(ranked, key=lambda pair: pair[0]):
        tied: Sequence[tuple[float | None, bool]] = list(group)
        share = sum(is_wrong for _, is_wrong in tied) / len(tied)
        for _ in tied:
            seen, wrong = seen + 1, wrong + share
            total += wrong / seen
    return round(total / seen, 4) if seen else None
