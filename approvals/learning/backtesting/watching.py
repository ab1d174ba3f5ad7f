"""What a watched draft said beside the live rules: counted from what was recorded, call by call."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count

from approvals.domain.verdict import Outcome
from approvals.models import Shadow, Verdict


@dataclass(frozen=True)
class Watched:
    """Verdicts since a draft is watched. `moves`: how many would go from which answer to which, the milder first."""

    verdicts: int
    moves: Mapping[tuple[Outcome, Outcome], int]


def watched(shadow: Shadow) -> Watched:
    """Count; reads the verdicts after the shadow began, and no others."""
    said = Verdict.objects.filter(
        tenant_id=shadow.tenant_id,
        pk__gt=shadow.after_verdict,
        challenger_scores__shadow__draft=shadow.proposal_id,
    )
    counted = said.values("outcome", "challenger_scores__shadow__outcome").annotate(calls=Count("pk")).order_by()
    found = {
        (Outcome(row["outcome"]), Outcome(row["challenger_scores__shadow__outcome"])): row["calls"] for row in counted
    }
    moved = {move: calls for move, calls in found.items() if move[0] is not move[1]}
    return Watched(
        verdicts=sum(found.values()),
        moves=dict(sorted(moved.items(), key=lambda move: move[0][1].strictness - move[0][0].strictness)),
    )
