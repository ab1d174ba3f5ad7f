"""Counts of what rules would have said, and of what people said of the same calls."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from approvals.domain.label import Teaching
from approvals.domain.verdict import Outcome


@dataclass(frozen=True)
class Tally:
    """How many calls got which answer."""

    allow: int = 0
    confirm: int = 0
    ask: int = 0
    refuse: int = 0

    @property
    def calls(self) -> int:
        """All of them."""
        return self.allow + self.confirm + self.ask + self.refuse

    def of(self, outcome: Outcome) -> int:
        """How many got one answer."""
        found: int = getattr(self, outcome.value)
        return found


@dataclass(frozen=True)
class Score:
    """Calls that a person has judged, by what the rules say of them.

    Known only where somebody looked: what ran alone is looked at by chance (the audit), what asked is always.
    """

    alone_right: int = 0
    alone_wrong: int = 0
    """Let run, and a person says that they were wrong."""
    asked_right: int = 0
    """Stopped (asked, confirmed or refused) although nothing was wrong with them."""
    asked_wrong: int = 0
    """Stopped, and wrong: what stopping is for."""

    @property
    def looked(self) -> int:
        """How many a person has judged."""
        return self.alone_right + self.alone_wrong + self.asked_right + self.asked_wrong

    @property
    def catch_share(self) -> float | None:
        """Of what is stopped, the share that was wrong; None where nothing is."""
        stopped = self.asked_right + self.asked_wrong
        return self.asked_wrong / stopped if stopped else None


def tally(outcomes: Iterable[Outcome]) -> Tally:
    """Count answers."""
    found = Counter(outcomes)
    return Tally(*(found[outcome] for outcome in Outcome))


def score(judged: Iterable[tuple[Outcome, Teaching | None]]) -> Score:
    """Count answers against what people said; calls that nobody looked at are not counted."""
    found = Counter((outcome is Outcome.ALLOW, said) for outcome, said in judged)
    return Score(
        alone_right=found[True, Teaching.RIGHT],
        alone_wrong=found[True, Teaching.WRONG],
        asked_right=found[False, Teaching.RIGHT],
        asked_wrong=found[False, Teaching.WRONG],
    )
