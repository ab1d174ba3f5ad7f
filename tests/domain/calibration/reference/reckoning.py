"""The figures for display once more, slowly: exact fractions and every order of a tie (CALIBRATION 2.12, 3)."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, permutations

Known = tuple[float, bool]


def preview(rows: Sequence[tuple[float | None, float | None, bool, bool]], draft: float, rate: float) -> list[float]:
    """total, automatic, automatic share, looked, not looked, wrong estimate, reviews."""
    alone = [row for row in rows if row[0] is not None and 0 <= row[0] <= 1 and row[0] >= draft]
    looked = [row for row in alone if row[2]]
    wrong = 0.0
    for score, live, _, is_wrong in looked:
        ran = live is not None and score is not None and score >= live
        wrong += (1 / rate if ran else 1) if is_wrong else 0
    share = len(alone) / len(rows) if rows else 0
    reviews = len(rows) - len(alone) + rate * len(alone)
    return [len(rows), len(alone), share, len(looked), len(alone) - len(looked), wrong, reviews]


def reliability(pairs: Sequence[Known], bins: int) -> tuple[list[tuple[int, float, float]], float, float]:
    """Bins, ece, debiased."""
    ordered = [(Fraction(Decimal(score)), right) for score, right in sorted(pairs, key=lambda pair: pair[0])]
    sizes = [0] * bins
    for place in range(len(ordered)):
        sizes[place % bins] += 1
    made, ece, squared = [], Fraction(0), Fraction(0)
    for size in filter(None, sizes):
        part, ordered = ordered[:size], ordered[size:]
        score = sum((each for each, _ in part), Fraction(0)) / size
        share = Fraction(sum(right for _, right in part), size)
        ece += Fraction(size, len(pairs)) * abs(score - share)
        spread = share * (1 - share) / (size - 1) if size > 1 else 0
        squared += Fraction(size, len(pairs)) * ((score - share) ** 2 - spread)
        made.append((size, float(score), float(share)))
    return made, float(ece), float(max(Fraction(0), squared)) ** 0.5


def aurc(pairs: Sequence[Known]) -> float:
    """The mean over every order of the pairs in which scores do not rise."""
    found = []
    for order in permutations(pairs):
        if all(one[0] >= other[0] for one, other in pairwise(order)):
            wrong = [not right for _, right in order]
            risks = [Fraction(sum(wrong[:k]), k) for k in range(1, len(wrong) + 1)]
            found.append(sum(risks, Fraction(0)) / len(risks))
    return float(sum(found, Fraction(0)) / len(found))


def cohen(a: Sequence[str], b: Sequence[str]) -> float:
    """(p_o - p_e) / (1 - p_e)."""
    n = len(a)
    observed = Fraction(sum(one == other for one, other in zip(a, b, strict=True)), n)
    expected = sum((Fraction(a.count(each), n) * Fraction(b.count(each), n) for each in {*a, *b}), Fraction(0))
    return 1.0 if expected == 1 else float((observed - expected) / (1 - expected))


def kripp_alpha(units: Sequence[Sequence[str | None]]) -> float:
    """1 - D_o / D_e from the coincidence matrix, pair by pair."""
    matrix: dict[tuple[str, str], Fraction] = {}
    for unit in units:
        said = [answer for answer in unit if answer is not None]
        for one, other in permutations(said, 2):
            matrix[one, other] = matrix.get((one, other), Fraction(0)) + Fraction(1, len(said) - 1)
    names = {name for pair in matrix for name in pair}
    total = {name: sum((cell for pair, cell in matrix.items() if pair[0] == name), Fraction(0)) for name in names}
    n = sum(total.values(), Fraction(0))
    differing = sum((cell for (one, other), cell in matrix.items() if one != other), Fraction(0)) / n
    pairs = [(one, other) for one in names for other in names if one != other]
    by_chance = sum((total[one] * total[other] for one, other in pairs), Fraction(0)) / (n * (n - 1))
    return 1.0 if by_chance == 0 else float(1 - differing / by_chance)
