"""A verdict: what the gate says of one action, with every reason."""

from enum import StrEnum
from typing import Literal

from approvals.domain.values import Value


class Outcome(StrEnum):
    """The four answers of the gate."""

    ALLOW = "allow"
    CONFIRM = "confirm"
    ASK = "ask"
    REFUSE = "refuse"

    @property
    def strictness(self) -> int:
        """0 for allow up to 3 for refuse; the strictest answer wins."""
        return list(Outcome).index(self)


SEED = "seed"
"""What the verdict of a planted mistake says: none of the four answers, so no right can ever name it."""


class Reason(Value):
    """One reason of a verdict, readable as a sentence."""

    code: str
    """Stable: `halted`, `unknown_tool`, `schema`, `limit`, `rule`, `destructive`, `grounding`, `no_threshold`, `score`,
    `odd_score`, `audit`, `objection`, `trigger`, `fault`."""
    outcome: Outcome
    sentence: str
    rule: str = ""
    """The name of the rule, the limit or the trigger, for reasons that come from one."""


Zone = Literal["automatic", "confirm", "human", "forced"]
"""Where a call fell: by score alone into one of three zones, or forced by something else than the score."""


class Verdict(Value):
    """The gate's answer. `reasons` holds all of them, the strictest first; the same inputs give the same verdict."""

    outcome: Outcome
    reasons: tuple[Reason, ...]
    route: str
    score: float | None
    parts: dict[str, float]
    auto_threshold: float | None
    ask_threshold: float | None
    zone: Zone
    forced_reason: str
    is_counted: bool
    ruleset_version: int
