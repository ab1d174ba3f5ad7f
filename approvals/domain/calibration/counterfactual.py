"""What a threshold would have let run, counted from what was recorded (CALIBRATION section 2.12)."""

from collections.abc import Iterable
from dataclasses import dataclass

Row = tuple[float | None, float | None, bool, bool]
"""One recorded call: its score, the live threshold it met (None: nothing ran alone), looked at, found wrong."""


@dataclass(frozen=True)
class Preview:
    """What a draft would have done to the recorded calls. `wrong_estimate` is never shown without `looked`."""

    total: int
    automatic: int
    automatic_share: float
    looked: int
    """Of the automatic ones, those a person has judged."""
    not_looked: int
    wrong_estimate: float
    """Each wrong one counts for as many as it stands for: one over the chance with which it was looked at."""
    reviews: float
    """What people would have read: all that ask, and the audited share of what runs alone."""


def runs(score: float | None, threshold: float | None) -> bool:
    """Whether a call of this score runs alone at this threshold."""
    if score is None or threshold is None:
        return False
    return 0 <= score <= 1 and score >= threshold


def preview(rows: Iterable[Row], draft: float | None, rate: float) -> Preview:
    """Count what `draft` (None: nothing runs alone) would have let run, audited at `rate`.

    A call that asked then was looked at for certain, one that ran alone with chance `rate` (CALIBRATION 2.12). A score
    that is missing or no number from 0 to 1 never runs alone. Raises ValueError for a rate outside
    [0, 1], and at a rate of 0 for a wrong call that ran alone and was looked at all the same.
    """
    if not 0 <= rate <= 1:
        raise ValueError(f"calls cannot be looked at with a chance of {rate}")
    recorded = list(rows)
    automatic = [row for row in recorded if runs(row[0], draft)]
    wrong = [row for row in automatic if row[2] and row[3]]
    looked = sum(row[2] for row in automatic)
    return Preview(
        total=len(recorded),
        automatic=len(automatic),
        automatic_share=len(automatic) / len(recorded) if recorded else 0.0,
        looked=looked,
        not_looked=len(automatic) - looked,
        wrong_estimate=sum(1 / _propensity(row, rate) for row in wrong),
        reviews=len(recorded) - len(automatic) + rate * len(automatic),
    )


def _propensity(row: Row, rate: float) -> float:
    """The chance with which a call was looked at, as the gate recorded it."""
    score, live, _looked, _wrong = row
    if not runs(score, live):
        return 1.0
    if rate == 0:
        raise ValueError("a call was looked at that had no chance to be")
    return rate
