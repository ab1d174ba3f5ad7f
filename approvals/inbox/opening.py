"""Open an escalation with frozen evidence."""

import json
from datetime import UTC, datetime
from typing import Any

import rfc8785
from django.db import transaction

from approvals.domain.decision import DecisionKind
from approvals.domain.escalation import Kind
from approvals.domain.evidence import Evidence as EvidenceValue
from approvals.domain.evidence import Grounding
from approvals.domain.gate import Decide
from approvals.domain.redaction import redact_json
from approvals.domain.verdict import Verdict as Judgement
from approvals.gating.proposal import Proposal
from approvals.models import Decision, Escalation, Evidence, Verdict, rows
from approvals.signals import changed

LONGEST_TITLE = 200
HELD_MINUTES = 5
"""How long a revised proposal is held for whoever asked for it."""
IN_MINUTES = "statement_timestamp() + %s * interval '1 minute'"


def value_of(proposal: Proposal, judgement: Judgement, *, grounding: tuple[Grounding, ...]) -> EvidenceValue:
    """What a person needs to decide on a judged proposal."""
    return EvidenceValue(
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


def open_for(
    verdict: Verdict,
    value: EvidenceValue,
    *,
    terms: Decide,
    team_id: int | None = None,
    supersedes: Escalation | None = None,
    is_again: bool = True,
) -> Escalation:
    """Freeze the evidence and put an item into the queue, with its verdict where that is not stored yet.

    Joins the caller's transaction. An incident where the outcome of an effect is unknown, a question where there is one
    to answer, else an approval. A proposal that follows a revision goes to whoever asked for it, with the difference;
    `is_again` False says that there can be none, because nobody has judged this tool in this run.
    """
    revised = _revised(verdict) if is_again else None
    opened = Escalation(
        tenant_id=verdict.tenant_id,
        session_key=verdict.session_key,
        team_id=team_id,
        verdict=verdict,
        evidence=_evidence(verdict, _with_revision(value, revised)),
        origin=verdict.origin,
        run_key=verdict.run_key,
        kind=kind_of(value),
        title=value.material.title[:LONGEST_TITLE],
        agent=verdict.agent,
        tool=verdict.tool,
        risk=value.tool.reversibility,
        stopped_by=_stopped_by(value)[:LONGEST_TITLE],
        undo_seconds=terms.undo_seconds,
        supersedes=supersedes,
        revises=revised.escalation if revised else None,
        claimed_by=revised.by if revised else None,
    )
    held = {"claimed_until": (IN_MINUTES, HELD_MINUTES)} if revised else {}
    _store(opened, due_at=(IN_MINUTES, terms.minutes), **held)
    announce(opened, "opened")
    return opened


def _store(opened: Escalation, **computed: tuple[str, Any]) -> None:
    """Insert an item with its evidence and, where it is new, its verdict: one statement."""
    new: list[tuple[Verdict | Evidence, rows.Computed]] = [
        (row, {}) for row in (opened.verdict, opened.evidence) if rows.is_new(row)
    ]
    rows.add_all(*new, (opened, computed))


def kind_of(value: EvidenceValue) -> Kind:
    """What kind of item this evidence makes."""
    if value.material.incident is not None:
        return Kind.INCIDENT
    return Kind.QUESTION if value.material.question is not None else Kind.APPROVAL


def _revised(verdict: Verdict) -> Decision | None:
    """The last decision on this tool in this run, when it sent the proposal back and nothing has followed it yet."""
    last = (
        Decision.objects.filter(verdict__run_key=verdict.run_key, verdict__tool=verdict.tool, undo=None)
        .select_related("escalation", "verdict", "by")
        .order_by("-pk")
        .first()
    )
    if last is None or last.kind != DecisionKind.REVISE:
        return None
    return None if Escalation.objects.filter(revises_id=last.escalation_id).exists() else last


def _with_revision(value: EvidenceValue, revised: Decision | None) -> EvidenceValue:
    if revised is None:
        return value
    before = json.loads(bytes(revised.verdict.payload))["arguments"]
    told = {"instructions": revised.reason, "before_revision": before}
    return value.model_copy(update={"material": value.material.model_copy(update=told)})


def freeze(verdict: Verdict, value: EvidenceValue) -> Evidence:
    """Store evidence as canonical bytes, secrets redacted, as the next version for its verdict.

    Two writers of one number are told apart by the unique key.
    """
    return rows.add(_evidence(verdict, value))


def _evidence(verdict: Verdict, value: EvidenceValue) -> Evidence:
    document = value.model_dump(mode="json")
    # The arguments are what would run, so they stay as they are; everything said around them is redacted.
    material = redact_json(document["material"])
    # Digests are ours and nobody's words; one that holds the digits of a card would not be known again if it were cut.
    material["preview"]["reads"] = document["material"]["preview"]["reads"]
    document["material"] = material
    earlier = 0 if rows.is_new(verdict) else Evidence.objects.filter(verdict=verdict).count()
    return Evidence(verdict=verdict, version=earlier + 1, document=rfc8785.dumps(document))


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
    "question": "the agent asks",
    "unknown_tool": "unknown tool",
    "destructive": "destructive action",
    "fault": "a fact is missing",
}


def _stopped_by(value: EvidenceValue) -> str:
    """The first reason in a few words of the console's own."""
    if value.material.incident is not None:
        return "unknown outcome"
    if value.material.returned is not None:
        return "the world moved"
    first = value.reasons[0]
    if first.rule:
        return f"rule {first.rule}"
    if first.code == "score":
        return f"score {value.score}, needs {value.auto_threshold}"
    return STOPPED_BY.get(first.code, first.code.replace("_", " "))


def now() -> str:
    """For display only; nothing is decided by it."""
    return datetime.now(UTC).isoformat(timespec="seconds")
