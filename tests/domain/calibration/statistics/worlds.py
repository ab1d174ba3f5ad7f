"""Worlds of scores: how often each score comes, how often it is wrong, and so the true risk of every threshold.

Actions of one run fail together: one number u is drawn a run, and an action is wrong when u lies below the chance of
its score. So a run goes wrong at a threshold with a chance that can be computed exactly.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

LIMIT = 0.02
JUST_ABOVE = 1.0005
"""The threshold that must not be given is made as hard to tell from a good one as this."""


@dataclass(frozen=True)
class World:
    """Scores from low to high, with the share of actions and the chance to be wrong of each."""

    name: str
    scores: tuple[float, ...]
    shares: tuple[float, ...]
    wrong: tuple[float, ...]
    length: int = 1
    """Actions a run."""

    def mass(self, threshold: float | None) -> float:
        """The share of actions that run alone."""
        if threshold is None:
            return 0.0
        return sum(share for score, share in zip(self.scores, self.shares, strict=True) if score >= threshold)

    def risk(self, threshold: float | None) -> float:
        """The share of runs with a wrong automatic action: over u, the chance that an action is bad at it."""
        if threshold is None:
            return 0.0
        above = zip(self.scores, self.shares, self.wrong, strict=True)
        ordered = sorted(((chance, share) for score, share, chance in above if score >= threshold), reverse=True)
        risk, bad = 0.0, 0.0
        for (chance, share), following in zip(ordered, [*(chance for chance, _ in ordered[1:]), 0.0], strict=True):
            bad += share
            risk += (chance - following) * (1 - max(0.0, 1 - bad) ** self.length)
        return risk

    def oracle(self, limit: float) -> float:
        """The largest share of actions that may run alone, at the lowest threshold within the limit."""
        return max((self.mass(score) for score in self.scores if self.risk(score) <= limit), default=0.0)

    def forbidden(self, limit: float) -> float:
        """The highest threshold whose risk is above the limit."""
        return max(score for score in self.scores if self.risk(score) > limit)

    def tuned(self, limit: float, *, length: int) -> "World":
        """The same with runs of this length and mistakes as frequent as makes one threshold just too risky."""
        long = replace(self, length=length)
        target, low, high = limit * JUST_ABOVE, 0.0, 1 / max(self.wrong)
        anchor = _anchor(replace(self, length=1), limit)
        for _ in range(60):
            middle = (low + high) / 2
            scaled = replace(long, wrong=tuple(chance * middle for chance in self.wrong))
            low, high = (middle, high) if scaled.risk(anchor) < target else (low, middle)
        return replace(long, wrong=tuple(chance * high for chance in self.wrong))

    def impure(self, limit: float, *, mass: float) -> "World":
        """The same with mistakes as frequent as makes this share of actions, at its threshold, just too often wrong."""
        anchor = max(score for score in self.scores if self.mass(score) >= mass)
        factor = limit * JUST_ABOVE * self.mass(anchor) / self.risk(anchor)
        return replace(self, wrong=tuple(min(1.0, chance * factor) for chance in self.wrong))


def _anchor(world: World, limit: float) -> float:
    """Where the world crosses the limit by itself; its lowest score where it never does."""
    risky = [score for score in world.scores if world.risk(score) > limit]
    return max(risky, default=world.scores[0])


def _graded(name: str, shape: Callable[[float], float], wrong: Callable[[float], float], levels: int = 200) -> World:
    scores = [(level + 0.5) / levels for level in range(levels)]
    total = sum(map(shape, scores))
    shares = tuple(shape(score) / total for score in scores)
    return World(name, tuple(round(score, 5) for score in scores), shares, tuple(map(wrong, scores)))


def _spiked(name: str, shape: Callable[[float], float], wrong: Callable[[float], float]) -> World:
    """One action of a hundred has the highest score of all, and two of three of these are wrong."""
    without = _graded(name, shape, wrong)
    shares = tuple(0.99 * share for share in without.shares)
    return World(name, (*without.scores, 0.99999), (*shares, 0.01), (*without.wrong, 2 / 3))


def _listed(name: str, *levels: Sequence[float]) -> World:
    scores, shares, wrong = zip(*levels, strict=True)
    return World(name, tuple(scores), tuple(shares), tuple(wrong))


def _piled(score: float) -> float:
    """Most scores are high ones, and very high ones the most, as models give them."""
    return score**3 / math.sqrt(1 - score)


WORLDS = (
    _graded("calibrated", _piled, lambda score: 1 - score),
    _graded("overconfident", _piled, lambda score: min(1.0, 2 * (1 - score))),
    _listed(
        "ten tied values, the top one worse",
        *(
            (tenth / 10, 0.1, wrong)
            for tenth, wrong in enumerate((0.5, 0.4, 0.3, 0.2, 0.12, 0.06, 0.02, 0.01, 0.005), 1)
        ),
        (1.0, 0.1, 0.03),
    ),
    _graded("good verifier", lambda score: 6.0 if score > 0.7 else 0.15, lambda score: 0.004 if score > 0.7 else 0.5),
    _spiked("a spike of bad top scores", _piled, lambda score: (1 - score) / 2),
    _listed("flat at the limit", (0.9, 1.0, 0.02)),
    _graded("all bad", lambda _: 1.0, lambda _: 0.3),
)
