"""Report an incident: an outcome nobody knows becomes an item a person settles."""

from approvals.domain.action import Action
from approvals.domain.evidence import Evidence as EvidenceValue
from approvals.domain.evidence import Incident
from approvals.gating import rulesets
from approvals.inbox import opening
from approvals.inbox.asking import Prepared
from approvals.models import Escalation, Verdict


def report(verdict: Verdict, prepared: Prepared, incident: Incident, *, sent: Action) -> Escalation:
    """Open an incident about bytes that were sent under the right of a verdict; joins the caller's transaction."""
    proposal = prepared.proposal
    value = EvidenceValue(
        tool=proposal.card,
        arguments=sent.arguments,
        payload_sha256=sent.digest,
        material=proposal.material.model_copy(update={"incident": incident}),
        grounding=prepared.grounding,
        route=verdict.route,
        frozen_at=opening.now(),
    )
    rules = rulesets.of(verdict.ruleset)
    return opening.open_for(verdict, value, rules=rules, team_id=proposal.team_id, apart=proposal.apart)
