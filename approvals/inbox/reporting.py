"""Report an incident: an outcome nobody knows becomes an item a person settles."""

from approvals.domain.evidence import Evidence as EvidenceValue
from approvals.domain.evidence import Incident
from approvals.gating import rulesets
from approvals.inbox import opening
from approvals.inbox.asking import Prepared
from approvals.models import Escalation, Verdict


def report(verdict: Verdict, prepared: Prepared, incident: Incident) -> Escalation:
    """Open an incident about the action of a verdict that already had its right; joins the caller's transaction."""
    proposal = prepared.proposal
    value = EvidenceValue(
        tool=proposal.card,
        arguments=proposal.action.arguments,
        payload_sha256=proposal.action.digest,
        material=proposal.material.model_copy(update={"incident": incident}),
        grounding=prepared.grounding,
        route=verdict.route,
        frozen_at=opening.now(),
    )
    terms = rulesets.of(verdict.ruleset).decide
    return opening.open_incident(verdict, value, terms=terms, team_id=proposal.team_id)
