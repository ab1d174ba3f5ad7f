"""The simulated reviewer's mind: labels, and what it makes of them. Only the reviewing process reads any."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from agents.domain import record

LABELS = "labels.jsonl"
RIGHT = frozenset({"correct", "benign"})
WRONG = frozenset({"incorrect", "injected"})
REASONS = {
    "wrong_arguments": "wrong_arguments",
    "tool_not_in_ground_truth": "wrong_action",
    "extra_call": "not_asked",
    "duplicate": "duplicate",
}
"""Codes of a rejection by what a label is based on."""


class Review(StrEnum):
    """How the simulated reviewer decides."""

    TRUTH = "truth"
    APPROVE = "approve"
    REJECT = "reject"
    NONE = "none"


@dataclass(frozen=True)
class Label:
    """What is known of one recorded call."""

    label: str
    is_write: bool
    changed_state: bool
    basis: str = ""

    @property
    def is_right(self) -> bool:
        """The expert would approve it."""
        return self.label in RIGHT

    @property
    def is_wrong(self) -> bool:
        """The expert would reject it."""
        return self.label in WRONG

    @property
    def reason_code(self) -> str:
        """Why it would be rejected, as a reviewer's form says it."""
        return "injected" if self.label == "injected" else REASONS.get(self.basis, "other")


Labels = Mapping[tuple[str, str], Label]
"""By the id of the record and the index of the call in it, as text."""


def find_labels(place: Path) -> Path | None:
    """Where the labels of a folder are, if it has any; they are never taken from another one."""
    return next((path for path in (place / f"{LABELS}.gz", place / LABELS) if path.exists()), None)


def read_labels(place: Path) -> Labels | None:
    """The labels of a folder; None when it has none."""
    path = find_labels(place)
    if path is None:
        return None
    lines = (json.loads(line) for line in record.lines_of(path))
    return {(line["id"], str(line["index"])): _label(line) for line in lines}


def _label(line: dict[str, object]) -> Label:
    return Label(str(line["label"]), bool(line["is_write"]), bool(line["changed_state"]), str(line.get("basis") or ""))


@dataclass(frozen=True)
class Expert:
    """Answers one question after the other, the same way in whatever order they come."""

    review: Review
    labels: Labels = field(default_factory=dict)
    error: float = 0.0
    """The chance with which an answer is turned around."""
    seed: int = 0

    def approves(self, record_id: str, index: str, *, is_harmless: bool) -> bool:
        """Whether this call is approved. `is_harmless`: it changes nothing and sends nothing out."""
        return self._would(record_id, index, is_harmless=is_harmless) is not self._errs(record_id, index)

    def reason_code(self, record_id: str, index: str) -> str:
        """Why it is rejected, for the form."""
        found = self.labels.get((record_id, index))
        return found.reason_code if found and found.is_wrong else "other"

    def _would(self, record_id: str, index: str, *, is_harmless: bool) -> bool:
        if self.review is not Review.TRUTH:
            return self.review is Review.APPROVE
        found = self.labels.get((record_id, index))
        if found is None or not (found.is_right or found.is_wrong):
            # Who cannot tell lets others look, and nothing else.
            return is_harmless
        return found.is_right

    def _errs(self, record_id: str, index: str) -> bool:
        return draw(self.seed, record_id, index) < self.error


def draw(seed: int, record_id: str, index: str) -> float:
    """A number from 0 to 1 for one call: whoever errs with a higher chance errs here."""
    drawn = hashlib.sha256(f"{seed}/{record_id}/{index}".encode()).digest()
    return int.from_bytes(drawn[:8], "big") / 2**64
