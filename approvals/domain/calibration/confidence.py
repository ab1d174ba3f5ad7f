"""How far a score keeps its word: reliability in bins, and the area under risk against coverage (CALIBRATION 2.12)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from math import isnan, sqrt
from statistics import fmean
from typing import NamedTuple


class Bin(NamedTuple):
    """Some neighbours in the order of scores."""

    n: int
    mean_score: float
    share_right: float


@dataclass(frozen=True)
class Reliability:
    """Scores against what came of them."""

    bins: list[Bin]
    """From the lowest scores to the highest; none is empty."""
    ece: float
    """Expected calibration error: the mean distance of score and share, weighted by count."""
    debiased: float
    """Root of the mean squared distance, less what chance alone would add (Kumar, Liang, Ma 2019)."""


def reliability(scores: Sequence[float], right: Sequence[bool], bins: int) -> Reliability:
    """Compare scores (0 to 1) with the share right in `bins` bins of equal mass.

    Sorted by score, ties in the order given; the first bins are one longer where the number does not divide, and with
    fewer scores than bins each has its own. A bin of one has no chance to take away. Raises ValueError for no scores,
    other lengths, a score outside [0, 1], or fewer than one bin.
    """
    if bins < 1:
        raise ValueError(f"scores cannot be put into {bins} bins")
    if not all(0 <= score <= 1 for score in scores):
        raise ValueError("scores that are compared with shares lie between 0 and 1")
    pairs = sorted(_pairs(scores, right), key=lambda pair: pair[0])
    made = [_bin(part) for part in _parts(pairs, min(bins, len(pairs)))]
    ece = sum(each.n / len(pairs) * abs(each.mean_score - each.share_right) for each in made)
    squared = sum(each.n / len(pairs) * _squared_distance(each) for each in made)
    return Reliability(made, ece, sqrt(max(0.0, squared)))


def aurc(scores: Sequence[float], right: Sequence[bool]) -> float:
    """The mean share wrong among the k highest scores, over every k; in a tie each counts as the tie's mean.

    Only the order of the scores matters. 0 is perfect (Geifman, El-Yaniv 2017). Raises ValueError for no scores, other
    lengths, or a score that is no number.
    """
    ordered = sorted(_pairs(scores, right), key=lambda pair: -pair[0])
    risks: list[float] = []
    for _, tied in groupby(ordered, key=lambda pair: pair[0]):
        wrong = [not is_right for _, is_right in tied]
        risks += [fmean(wrong)] * len(wrong)
    return fmean(total / k for k, total in enumerate(accumulate(risks), 1))


def _pairs(scores: Sequence[float], right: Sequence[bool]) -> list[tuple[float, bool]]:
    if not scores or len(scores) != len(right):
        raise ValueError(f"{len(scores)} scores cannot be compared with {len(right)} outcomes")
    if any(isnan(score) for score in scores):
        raise ValueError("a score that is no number has no place among the others")
    return [(score, bool(is_right)) for score, is_right in zip(scores, right, strict=True)]


def _parts(pairs: Sequence[tuple[float, bool]], count: int) -> Iterator[Sequence[tuple[float, bool]]]:
    size, longer = divmod(len(pairs), count)
    ends = accumulate((size + (place < longer) for place in range(count)), initial=0)
    return (pairs[start:end] for start, end in pairwise(ends))


def _bin(part: Sequence[tuple[float, bool]]) -> Bin:
    return Bin(len(part), fmean(score for score, _ in part), fmean(is_right for _, is_right in part))


def _squared_distance(each: Bin) -> float:
    by_chance = each.share_right * (1 - each.share_right) / (each.n - 1) if each.n > 1 else 0.0
    return float((each.mean_score - each.share_right) ** 2 - by_chance)
