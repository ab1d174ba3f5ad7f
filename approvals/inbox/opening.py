"""Open an escalation with frozen evidence."""

import json
from datetime import UTC, datetime
from typing import Any, NamedTuple

import rfc8785
from django.db import transaction

from approvals.domain.decision import DecisionKind, with_fact
from approvals.domain.escalation import NOBODY, Apart, Kind, Status
from approvals.domain.escalation.levels import Next, following
from approvals.domain.escalation.stopping import in_words
from approvals.domain.evidence import Evidence as EvidenceValue
from approvals.domain.evidence import Grounding
from approvals.domain.gate import Decide, friction_of, policy_of
from approvals.domain.gate import Ruleset as Rules
from approvals.domain.redaction import redact_json
from approvals.domain.verdict import Verdict as Judgement
from approvals.gating import earlier
from approvals.gating.earlier import BOUND
from approvals.gating.proposal import Proposal
from approvals.models import Confirmation, Decision, Escalation, Evidence, Verdict, rows
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
    rules: Rules,
    team_id: int | None = None,
    supersedes: Escalation | None = None,
    was_sent_back: bool = True,
    kind: Kind | None = None,
    apart: Apart = NOBODY,
) -> Escalation:
    """Freeze the evidence and put an item into the queue, with its verdict where that is not stored yet.

    Joins the caller's transaction. An incident where the outcome of an effect is unknown, a question where there is one
    to answer, else an approval, unless `kind` says otherwise. What follows a revision, as the same call, another or a
    question, goes to whoever asked for it and to nobody else, and no later than what it stands for was due; a handoff
    stays one. What an approval takes is computed from the rules and stays so, and is never less than what was asked for
    the same step before or in whose place this stands; `apart` says whom they may keep out.
    `was_sent_back` False where it is known that nobody has asked for a revision in this run, which saves looking.
    """
    revised = _revised(verdict) if was_sent_back and verdict.seq_in_run > 1 else None
    value = _with_revision(value, revised)
    kind = kind if kind and (revised is None or kind is Kind.HANDOFF) else kind_of(value)
    terms, level = rules.decide, first_level(rules, verdict, kind)
    if kind in BOUND:
        value = _with_friction(value, rules)
        if before := earlier.items(verdict, supersedes):
            value, terms, apart = earlier.no_milder(before, value, terms, apart)
    opened = _row(verdict, value, terms=terms, team_id=team_id, kind=kind, apart=apart)
    opened.supersedes = supersedes
    if revised is not None:
        opened.revises, opened.claimed_by = revised.last, revised.decision.by
    opened.goes_to = level.name if level else ""
    if kind is Kind.CONFIRMATION:
        _store_with_link(opened, terms)
    else:
        _store(opened, **_times(terms, revised), **({"level_at": (IN_MINUTES, level.minutes)} if level else {}))
    announce(opened, "opened")
    return opened


def first_level(rules: Rules, verdict: Verdict, kind: Kind) -> Next | None:
    """Who is told first where nobody decides it; of what the end user is asked nobody is."""
    if kind is Kind.CONFIRMATION or not rules.escalation:
        return None
    return following(policy_of(rules, agent=verdict.agent, tool=verdict.tool), 0)


def _with_friction(value: EvidenceValue, rules: Rules) -> EvidenceValue:
    """What approving takes by the rules that spoke, with what is typed for it."""
    friction = friction_of(rules, value.tool.reversibility, value.reasons)
    preview = with_fact(value.material.preview, friction, value.arguments, tool=value.tool.name)
    material = value.material.model_copy(update={"preview": preview})
    return value.model_copy(update={"friction": friction, "material": material})


def _row(
    verdict: Verdict, value: EvidenceValue, *, terms: Decide, team_id: int | None, kind: Kind, apart: Apart
) -> Escalation:
    """An item as the list shows it, not stored yet."""
    friction = value.friction
    return Escalation(
        tenant_id=verdict.tenant_id,
        session_key=verdict.session_key,
        team_id=team_id,
        verdict=verdict,
        evidence=_evidence(verdict, value),
        origin=verdict.origin,
        run_key=verdict.run_key,
        kind=kind,
        title=value.material.title[:LONGEST_TITLE],
        agent=verdict.agent,
        tool=verdict.tool,
        risk=value.tool.reversibility,
        **_facts(value),
        undo_seconds=terms.undo_seconds,
        persons=friction.persons,
        delay_seconds=friction.delay_seconds,
        step_up=friction.step_up,
        is_separate=friction.is_separate,
        **apart._asdict(),
    )


def _store_with_link(opened: Escalation, terms: Decide) -> None:
    """Insert what the end user is asked; there is one link and one answer to it, and so nothing to undo."""
    opened.undo_seconds = 0
    _store(opened, due_at=(IN_MINUTES, terms.confirm_minutes))
    Confirmation.objects.issue(opened)


def _store(opened: Escalation, **computed: tuple[str, Any]) -> None:
    """Insert an item with its evidence and, where it is new, its verdict: one statement."""
    new: list[tuple[Verdict | Evidence, rows.Computed]] = [
        (row, {}) for row in (opened.verdict, opened.evidence) if rows.is_new(row)
    ]
    rows.add_all(*new, (opened, computed))


def _facts(value: EvidenceValue) -> dict[str, Any]:
    """What the list says of it."""
    preview = value.material.preview
    return {
        "stopped_by": _stopped_by(value)[:LONGEST_TITLE],
        "brief": preview.affects[:LONGEST_TITLE],
        "failed_checks": sum(check.is_failed for check in preview.checks),
    }


def _times(terms: Decide, revised: "_Revised | None") -> dict[str, tuple[str, Any]]:
    """When it is due and how long it is held, as database time computes them."""
    if revised is None:
        return {"due_at": (IN_MINUTES, terms.minutes)}
    usual, held = (IN_MINUTES % str(each) for each in (terms.minutes, HELD_MINUTES))
    # No later than usual and than what it stands for, and no sooner than it is held.
    due = f"GREATEST(LEAST(%s, {usual}), {held})"
    return {"due_at": (due, revised.last.due_at), "claimed_until": (IN_MINUTES, HELD_MINUTES)}


def kind_of(value: EvidenceValue) -> Kind:
    """What kind of item this evidence makes."""
    if value.material.incident is not None:
        return Kind.INCIDENT
    return Kind.QUESTION if value.material.question is not None else Kind.APPROVAL


class _Revised(NamedTuple):
    """A decision that sent a proposal back, and the last escalation that came of it so far."""

    decision: Decision
    last: Escalation


def _revised(verdict: Verdict) -> _Revised | None:
    """The decision that this proposal answers: the last on its tool or else of its run, when it sent a proposal back.

    The same call may come after a question about it, so it stands behind whatever has come back before; another call
    or a question is an answer only while nothing else has come back.
    """
    found = (
        Decision.objects.filter(escalation__verdict__run_key=verdict.run_key, undo=None)
        .select_related("escalation", "verdict", "by")
        .order_by("-pk")
    )
    same = found.filter(verdict__tool=verdict.tool).first()
    if same is not None and same.kind == DecisionKind.REVISE:
        chain = _chain(same.escalation)
        return None if any(one.tool == verdict.tool for one in chain[1:]) else _Revised(same, chain[-1])
    other = found.first()
    if other is None or other.kind != DecisionKind.REVISE or other.escalation.status != Status.APPLIED:
        return None
    return _Revised(other, other.escalation) if len(_chain(other.escalation)) == 1 else None


def _chain(first: Escalation) -> list[Escalation]:
    """An escalation that was sent back and what came back of it, one after the other."""
    chain = [first]
    while (following := Escalation.objects.filter(revises=chain[-1]).first()) is not None:
        chain.append(following)
    return chain


def _with_revision(value: EvidenceValue, revised: _Revised | None) -> EvidenceValue:
    if revised is None:
        return value
    sent_back = revised.decision
    before = json.loads(bytes(sent_back.verdict.payload))["arguments"]
    is_same = sent_back.verdict.tool == value.tool.name
    told = {"instructions": sent_back.reason, "before_revision": before if is_same else None}
    return value.model_copy(update={"material": value.material.model_copy(update=told)})


def freeze(verdict: Verdict, value: EvidenceValue) -> Evidence:
    """Store evidence as canonical bytes, secrets redacted, as the next version for its verdict.

    With the verdict, in one statement, where that is not stored yet. Two writers of one number are told apart by the
    unique key.
    """
    frozen = _evidence(verdict, value)
    rows.add_all(*([(verdict, {})] if rows.is_new(verdict) else []), (frozen, {}))
    return frozen


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


def _stopped_by(value: EvidenceValue) -> str:
    """The first reason in a few words of the console's own."""
    if value.material.incident is not None:
        return "unknown outcome"
    if value.material.returned is not None:
        return "the world moved"
    return in_words(value.reasons[0], score=value.score, needed=value.auto_threshold)


def now() -> str:
    """For display only; nothing is decided by it."""
    return datetime.now(UTC).isoformat(timespec="seconds")
