"""Every source of facts and every gate × every way of failing; data and nothing else.

A way of failing that cannot be for a source is not left out: it says why. Cells are walked by `test_closed`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from approvals.gating.triggers import SOURCES


class Way(StrEnum):
    """How something fails."""

    RAISES = "raises"
    HANGS = "hangs"
    NONSENSE = "returns nonsense"
    IMPORT = "cannot be imported"


class Hung(BaseException):
    """A source that does not come back: what the test ends it with, since no process waits for ever."""


@dataclass(frozen=True)
class Part:
    """Something the verdict rests on: where it is called, and nonsense that it could answer with."""

    module: str
    function: str
    nonsense: tuple[Any, ...]


NAN = float("nan")
HEARD: tuple[Any, ...] = (
    {},
    None,
    {"mood": "x"},
    [],
    {"wanted_by_user": 1},
    {"asks_for_person": None},
    {"mood": NAN, "mood_fell": False},
)

PARTS: dict[str, Part] = {
    **{f"fact {name}": Part(source.module, source.function, HEARD) for name, source in SOURCES.items()},
    "fact grounding": Part("approvals.gating.proposal", "ground", (None, (), 7, [None])),
    "fact schema": Part("approvals.gating.gathering", "schema_errors", (None, 7, "none", [])),
    "fact coin": Part("approvals.gating.gathering", "coin", ((NAN, True), (2.0, False), ("u", 1), (0.5, None))),
    "fact objects": Part("approvals.gating.gathering", "survey", (None, 7, {}, ({}, {}))),
    "fact shape": Part("approvals.gating.triggers", "shape_of", (None, 7, "", "\x01")),
    "gate judge": Part("approvals.domain.gate.judge", "_judged", (None, 7)),
    "gate obstacles": Part("approvals.domain.gate.judge", "obstacles", (None, 7, (None,))),
    "gate rules": Part("approvals.domain.gate.judge", "rulings", (None, 7, (None,))),
    "gate cautions": Part("approvals.domain.gate.judge", "cautions", (None, 7, (None,))),
    "gate triggers": Part("approvals.domain.gate.judge", "triggered", (None, 7, (None,))),
    "gate score": Part("approvals.domain.gate.judge", "by_score", (None, 7)),
    "gate combination": Part("approvals.domain.gate.judge", "combine", (NAN, "1", -1, 7, True)),
    "gate limits": Part("approvals.domain.gate.judge", "bounds_of", (None, 7, (None,))),
    "limits reserved": Part("approvals.gating.limiting", "_run", (None, 7, [])),
    "ruleset": Part("approvals.gating.rulesets", "parse_ruleset", (None, 7, "")),
    "standing": Part("approvals.gating.gathering", "_standing", (None, (), (None,) * 8)),
}
"""Every part by name. A source that is registered and not here fails `test_every_source_has_its_row`."""
