"""How far reviewers agree beyond chance (CALIBRATION sections 3 and 4)."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence


def cohen(a: Sequence[Hashable], b: Sequence[Hashable]) -> float:
    """Cohen's kappa of two reviewers of the same items (1960): 1 agree always, 0 as by chance, below 0 less.

    1.0 where both only ever said one and the same thing. Raises ValueError for no items or other lengths.
    """
    if not a or len(a) != len(b):
        raise ValueError(f"{len(a)} and {len(b)} answers cannot be compared")
    of_a, of_b = Counter(a), Counter(b)
    observed = sum(one == other for one, other in zip(a, b, strict=True)) * len(a)
    expected = sum(count * of_b[answer] for answer, count in of_a.items())
    return 1.0 if expected == len(a) ** 2 else (observed - expected) / (len(a) ** 2 - expected)


def kripp_alpha(units: Iterable[Iterable[Hashable]]) -> float:
    """Krippendorff's alpha for names: each unit holds what its reviewers said, None for one who said nothing.

    Units with fewer than two answers say nothing (Krippendorff, "Content Analysis", 2004). 1.0 where everyone only
    ever said one and the same thing. Raises ValueError when no unit has two answers.
    """
    told = [Counter(answer for answer in unit if answer is not None) for unit in units]
    paired = [unit for unit in told if unit.total() > 1]
    totals: Counter[Hashable] = sum(paired, Counter())
    n = totals.total()
    if n == 0:
        raise ValueError("nobody's answer can be compared with another's")
    differing = sum(_differing(unit) / (unit.total() - 1) for unit in paired)
    by_chance = _differing(totals) / (n - 1)
    return 1.0 if by_chance == 0 else 1 - differing / by_chance


def _differing(counted: Counter[Hashable]) -> int:
    """Ordered pairs of answers that differ."""
    return counted.total() ** 2 - sum(count**2 for count in counted.values())
