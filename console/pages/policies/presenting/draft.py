"""What a draft would change in the rules that are live, and what of that loosens, in sentences."""

from dataclasses import dataclass

from approvals.domain.gate import Ruleset as Rules
from approvals.learning import tuning
from console.pages.thresholds.presenting.arguments import unread
from console.pages.thresholds.presenting.loosening import loose
from console.pages.thresholds.presenting.wording import sentence


@dataclass(frozen=True)
class Differences:
    """A draft against what is live."""

    changes: tuple[str, ...]
    """Empty when it would change nothing."""
    loosens: tuple[str, ...]
    """What makes it loose; empty when it only tightens."""
    unread: tuple[str, ...]
    """Arguments that its rules read and their tools do not have."""


def differences(live: Rules, draft: Rules) -> Differences:
    """Compare a draft with what is live."""
    return Differences(
        tuple(sentence(change) for change in tuning.changes(live, draft)),
        tuple(loose(one) for one in tuning.loosenings(live, draft)),
        unread(live, draft),
    )
