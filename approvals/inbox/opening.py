"""Open an escalation with frozen evidence."""

from datetime import UTC, datetime, timedelta

import rfc8785
from django.db import transaction
from django.db.models.functions import Now

from approvals.domain.escalation import Kind
from approvals.domain.evidence import Evidence as EvidenceValue
from approvals.domain.evidence import Grounding
from approvals.domain.gate import Decide
from approvals.domain.redaction import redact_json
from approvals.domain.verdict import Verdict as Judgement
from approvals.gating.proposal import Proposal
from approvals.models import Escalation, Evidence, Verdict
from approvals.signals import changed

LONGEST_TITLE = 200


def open_approval(
    verdict: Verdict,
    proposal: Proposal,
    judgement: Judgement,
    *,
    grounding: tuple[Grounding, ...],
    terms: Decide,
) -> Escalation:
    """Freeze what a person needs to decide on this verdict and put it into the queue; joins the transaction."""
    value = EvidenceValue(
        tool=proposal.card,
        arguments=proposal.action.arguments,
        payload_sha256=proposal.action.digest,
        material=proposal.material,
        grounding=grounding,
        reasons=judgement.reasons,
        score=judgement.score,
        parts=judgement.parts,
        auto_threshold=judgement.auto_threshold,
        ask_threshold=judgement.ask_threshold,
        route=judgement.route,
        ruleset_version=judgement.ruleset_version,
        frozen_at=now(),
    )
    return _open(verdict, value, Kind.APPROVAL, terms, stopped_by=_stopped_by(value), team_id=proposal.team_id)


def open_incident(verdict: Verdict, value: EvidenceValue, *, terms: Decide, team_id: int | None) -> Escalation:
    """Put an unknown outcome into the queue: what was attempted, why it failed and what has to be settled."""
    return _open(verdict, value, Kind.INCIDENT, terms, stopped_by="unknown outcome", team_id=team_id)


def freeze(verdict: Verdict, value: EvidenceValue) -> Evidence:
    """Store evidence as canonical bytes, secrets redacted, as the next version for its verdict."""
    document = value.model_dump(mode="json")
    # The arguments are what would run, so they stay as they are; everything said around them is redacted.
    document["material"] = redact_json(document["material"])
    version = Evidence.objects.filter(verdict=verdict).count() + 1
    return Evidence.objects.create(verdict=verdict, version=version, document=rfc8785.dumps(document))


def _open(
    verdict: Verdict, value: EvidenceValue, kind: Kind, terms: Decide, *, stopped_by: str, team_id: int | None
) -> Escalation:
    escalation = Escalation.objects.create(
        tenant_id=verdict.tenant_id,
        session_key=verdict.session_key,
        team_id=team_id,
        verdict=verdict,
        evidence=freeze(verdict, value),
        origin=verdict.origin,
        run_key=verdict.run_key,
        kind=kind,
        title=value.material.title[:LONGEST_TITLE],
        agent=verdict.agent,
        tool=verdict.tool,
        risk=value.tool.reversibility,
        stopped_by=stopped_by[:LONGEST_TITLE],
        due_at=Now() + timedelta(minutes=terms.minutes),
        undo_seconds=terms.undo_seconds,
    )
    announce(escalation, "opened")
    return escalation


def announce(escalation: Escalation, what: str) -> None:
    """Tell whoever watches, after the commit, that an escalation changed; a hint without content."""
    note = {
        "escalation_id": escalation.pk,
        "tenant_id": escalation.tenant_id,
        "kind": what,
        "version": escalation.version,
    }
    transaction.on_commit(lambda: changed.send(sender=Escalation, **note), robust=True)


STOPPED_BY = {
    "no_threshold": "new route, every write asks",
    "odd_score": "no usable score",
    "grounding": "a value from nowhere",
    "unknown_tool": "unknown tool",
    "destructive": "destructive action",
    "fault": "a fact is missing",
}


def _stopped_by(value: EvidenceValue) -> str:
    """The first reason in a few words of the console's own."""
    first = value.reasons[0]
    if first.rule:
        return f"rule {first.rule}"
    if first.code == "score":
        return f"score {value.score}, needs {value.auto_threshold}"
    return STOPPED_BY.get(first.code, first.code.replace("_", " "))


def now() -> str:
    """For display only; nothing is decided by it."""
    return datetime.now(UTC).isoformat(timespec="seconds")
