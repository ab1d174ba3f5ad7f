"""A route with a history: calls at many scores, some found wrong by somebody who said why."""

from datetime import timedelta
from uuid import uuid4

from django.db.models.functions import Now

from approvals.domain.action import action
from approvals.domain.decision import DecisionKind, Said
from approvals.domain.label import Teaching
from approvals.inbox import deciding, opening
from approvals.learning import tuning
from approvals.learning.tuning import Cuts
from approvals.models import Escalation, Member, Ruleset, RulesetProposal, Tenant, Verdict
from tests import cast
from tests.learning import calls
from tests.web.review import papers

ROUTE = calls.ROUTE
FIRST = Cuts(0.85, 0.60)
AGO = timedelta(days=12, hours=3)


def recorded() -> None:
    """Calls of two weeks: most right, a few wrong, some that nobody looked at, some that a rule holds back."""
    for place, score in enumerate((0.45, 0.55, 0.62, 0.66, 0.7, 0.73, 0.75, 0.77, 0.8, 0.81, 0.83, 0.84, 0.86, 0.88)):
        for step in range(1 + place // 3):
            calls.call(score + step / 200, Teaching.RIGHT, created_at=Now() - AGO)
    calls.calls((0.91, 0.92, 0.94, 0.96, 0.97), Teaching.RIGHT)
    calls.calls((0.82, 0.87, 0.9, 0.9, 0.93, 0.95, 0.99), None)
    for score in (0.7, 0.86, 0.93):
        calls.held(score)
    found_wrong(0.87, "Moved the wrong customer", "that is her sister's address")
    found_wrong(0.64, "Moved before she agreed", "she only asked what it would cost")


def found_wrong(score: float, title: str, reason: str, *, by: Member | None = None) -> Verdict:
    """A call that a reviewer rejected, through the service that decides."""
    value = papers.tagging(title).model_copy(update={"arguments": {"tag": uuid4().hex}})
    proposed = action(value.tool.name, value.tool.version, value.arguments)
    verdict = calls.call(score, payload=proposed.payload)
    value = value.model_copy(update={"payload_sha256": proposed.digest})
    made = Escalation.objects.create(
        tenant_id=Tenant.DEFAULT,
        verdict=verdict,
        evidence=opening.freeze(verdict, value),
        origin=verdict.origin,
        run_key=verdict.run_key,
        kind="approval",
        title=title,
        agent="desk",
        tool=verdict.tool,
        risk=value.tool.reversibility,
        stopped_by="score",
        due_at=Now() + timedelta(hours=1),
        undo_seconds=10,
    )
    made = Escalation.objects.select_related("evidence").get(pk=made.pk)
    said = Said(
        kind=DecisionKind.REJECT,
        evidence_sha256=made.evidence.digest,
        version=made.version,
        reason_code="other",
        reason=reason,
    )
    deciding.decide(made, by=by or cast.mara(), said=said)
    return verdict


def proposed(cuts: Cuts = FIRST, *, route: str = ROUTE, reason: str = "people agreed for two weeks") -> RulesetProposal:
    """Ada's open draft."""
    live = tuning.live_of(Tenant.DEFAULT)
    assert live is not None
    made = tuning.tune(route, cuts, by=cast.ada(), seen_version=live.version, reason=reason)
    assert isinstance(made, RulesetProposal)
    return made


def live(cuts: Cuts = FIRST, *, route: str = ROUTE) -> Ruleset:
    """Thresholds that Ada proposed and Bea approved."""
    return tuning.approve(proposed(cuts, route=route), by=calls.admins()[1])
