"""May this action run? Judge, record and open in the caller's transaction; engine and API both ask here."""

from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from approvals.domain.errors import TooLate
from approvals.domain.escalation import Kind, Status
from approvals.domain.evidence import Grounding
from approvals.domain.gate import Decide
from approvals.domain.verdict import Outcome
from approvals.domain.verdict import Verdict as Judgement
from approvals.gating import gathering, judging, limiting
from approvals.gating.grounding import confirming
from approvals.gating.grounding.telling import told
from approvals.gating.proposal import Proposal
from approvals.inbox import opening
from approvals.models import Decision, Escalation, Grant, Verdict, rows


@dataclass(frozen=True)
class Answer:
    """What became of a proposal: the stored verdict and, where a person has to decide, the escalation."""

    verdict: Verdict
    judgement: Judgement
    escalation: Escalation | None

    @property
    def outcome(self) -> Outcome:
        """The gate's answer."""
        return self.judgement.outcome


@dataclass(frozen=True)
class Prepared:
    """A proposal with the work done that needs no transaction."""

    proposal: Proposal
    grounding: tuple[Grounding, ...]


def prepare(proposal: Proposal) -> Prepared:
    """Do what is slow before the transaction begins: find where each value came from."""
    grounding = proposal.grounded()
    preview = told(proposal.material.preview, proposal.action.arguments, grounding)
    if proposal.card.is_counted:
        preview = confirming.checked(preview, proposal.action.arguments, proposal.material.conversation, proposal.card)
    material = proposal.material.model_copy(update={"preview": preview})
    return Prepared(replace(proposal, material=material), grounding)


def _is_for_user(prepared: Prepared, judgement: Judgement) -> bool:
    """The end user is asked where the gate says so, somebody brings the link and no check speaks against the call.

    Everything else asks a person here, which asks more.
    """
    if judgement.outcome is not Outcome.CONFIRM or not prepared.proposal.can_confirm:
        return False
    return not any(check.is_failed for check in prepared.proposal.material.preview.checks)


def _as_asked(prepared: Prepared, judgement: Judgement) -> Prepared:
    """A choice among options is put as a question only where nothing but the score speaks against the action.

    The end user is asked to say yes or no to what the agent would do, and chooses nothing.
    """
    question = prepared.proposal.material.question
    if question is not None and _is_for_user(prepared, judgement):
        return with_material(prepared, question=None)
    if question is None or question.is_from_agent or judgement.reasons[0].code == "score":
        return prepared
    return with_material(prepared, question=None)


def _kind(prepared: Prepared, judgement: Judgement, terms: Decide) -> Kind | None:
    """Who takes it, where that is not told by what is asked: the end user, or a person the whole conversation."""
    if _is_for_user(prepared, judgement):
        return Kind.CONFIRMATION
    return Kind.HANDOFF if _is_handed_over(prepared, judgement, terms) else None


def _is_handed_over(prepared: Prepared, judgement: Judgement, terms: Decide) -> bool:
    """The agent hands over, or a trigger or rule that asks is one of those that do.

    Once a person has given it back, what the rules hand over is asked about; the agent may hand over again.
    """
    if not prepared.proposal.can_hand_over:
        return False
    if prepared.proposal.card.hands_over:
        return True
    asks = [reason for reason in judgement.reasons if reason.outcome is Outcome.ASK]
    if not any(reason.code in ("trigger", "rule") and reason.rule in terms.hand_over for reason in asks):
        return False
    back = Escalation.objects.filter(run_key=prepared.proposal.run_key, kind=Kind.HANDOFF, status=Status.APPLIED)
    return not back.exists()


def with_material(prepared: Prepared, **changes: Any) -> Prepared:
    """The same proposal with more for people to see; the gate reads none of it."""
    material = prepared.proposal.material.model_copy(update=changes)
    return replace(prepared, proposal=replace(prepared.proposal, material=material))


def ask(prepared: Prepared, *, supersedes: Escalation | None = None) -> Answer:
    """Judge and record one proposal and open an escalation where the gate asks; all or nothing.

    Joins the caller's transaction. What the end user is to confirm is opened as an approval where nobody brings the
    link to the user, which asks more and never less.
    """
    proposal = prepared.proposal
    with transaction.atomic(savepoint=False):
        gathered, held = limiting.reserve(proposal, gathering.gather(proposal, grounding=prepared.grounding))
        judgement = judging.weigh(proposal, gathered)
        if judgement.outcome is not Outcome.ALLOW:
            limiting.release(held)
        verdict = judging.row(proposal, gathered, judgement, grounding=prepared.grounding)
        if judgement.outcome not in (Outcome.ASK, Outcome.CONFIRM):
            if gathered.is_test and judgement.is_counted and judgement.outcome is Outcome.ALLOW:
                # What an expert will look at later, frozen before it runs: afterwards the world is another one.
                opening.freeze(verdict, opening.value_of(proposal, judgement, grounding=prepared.grounding))
            else:
                rows.add(verdict)
            return Answer(verdict, judgement, None)
        asked = _as_asked(prepared, judgement).proposal
        escalation = opening.open_for(
            verdict,
            opening.value_of(asked, judgement, grounding=prepared.grounding),
            rules=gathered.ruleset,
            apart=proposal.apart,
            team_id=proposal.team_id,
            supersedes=supersedes,
            was_sent_back=gathered.was_sent_back,
            kind=_kind(prepared, judgement, gathered.ruleset.decide),
        )
        return Answer(verdict, judgement, escalation)


def send_back(decision: Decision, prepared: Prepared) -> Answer:
    """Void the unused right of a decision and ask again in its place; joins the caller's transaction.

    For an action whose world is gone. The new escalation supersedes the old one, so that whoever decided finds it.
    Raises TooLate when the right was used in the meantime, which takes the caller's transaction with it.
    """
    if not Grant.objects.filter(decision=decision, used_at=None, voided_at=None).update(voided_at=Now()):
        raise TooLate
    return ask(prepared, supersedes=decision.escalation)
