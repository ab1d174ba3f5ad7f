"""What makes old evidence speak of something else, so that a route starts anew (CALIBRATION section 2.8)."""

import re
from enum import StrEnum
from typing import NamedTuple

LABEL_RULE = 1
"""Raised when `taught_by` or what counts as wrong changes: labels before it say something else."""


class Cause(StrEnum):
    """Why an epoch began."""

    FIRST = "first"
    ALARM = "alarm"
    AGENT = "agent"
    SCORE = "score"
    LABEL_RULE = "label_rule"
    COIN = "coin"
    RULES = "rules"
    """The rules let more through than those under which the evidence was gathered, or meet other calls."""


class Basis(NamedTuple):
    """What the evidence of an epoch speaks of."""

    agents: frozenset[tuple[str, str]]
    """Agents with the major part of their versions."""
    scores: frozenset[str]
    """How scores are made: model and weights."""
    label_rule: int = LABEL_RULE


def major(version: str) -> str:
    """The part of a version that says that an agent is another one: `2` of `v2.3.1`; a version without a number whole.

    A release that only watches (`2.3` to `2.4`) keeps the evidence, with the alarm on.
    """
    found = re.match(r"v?(\d+)(?:[.+-]|$)", version.strip(), re.ASCII | re.IGNORECASE)
    return found.group(1).lstrip("0") or "0" if found else version.strip()


def cause_of(before: Basis, now: Basis) -> Cause | None:
    """Why the evidence of `before` does not speak of what is seen now; None while it does.

    What was there before and is seen no more changes nothing: a fleet is deployed one by one, and the promise is for
    the mix that runs. Two agents on one route are both named in the basis.
    """
    if now.label_rule != before.label_rule:
        return Cause.LABEL_RULE
    if now.scores - before.scores:
        return Cause.SCORE
    return Cause.AGENT if now.agents - before.agents else None


def joined(before: Basis, now: Basis, cause: Cause) -> Basis:
    """The basis of the epoch that begins: what is new beside what was known.

    But for scores, of which only those of now are like each other, where they are the cause.
    """
    scores = now.scores if cause is Cause.SCORE else before.scores | now.scores
    return Basis(before.agents | now.agents, scores, now.label_rule)
