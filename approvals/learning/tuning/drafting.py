"""Drafts of rules that would let more run: proposed by one admin, approved by another, or discarded."""

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from approvals.domain.gate import Ruleset as Rules
from approvals.domain.gate import dump_ruleset, parse_ruleset
from approvals.gating import rulesets
from approvals.learning.tuning import ending
from approvals.learning.tuning.acting import Verb, lock_admins, newly, next_version, record
from approvals.learning.tuning.publishing import publish
from approvals.learning.tuning.refusals import DraftClosed, DraftOpen, NewAdmin, ProposerGone, SecondAdminNeeded
from approvals.models import Canary, Member, Ruleset, RulesetProposal
from approvals.models.ruleset import CanaryOutcome, ProposalStatus, RulesetStatus


def propose(
    rules: Rules, *, base: Ruleset, by: Member, reason: str, route: str = "", restores: Ruleset | None = None
) -> RulesetProposal:
    """Store a draft for another admin; nothing that runs changes. Joins the caller's transaction, which locked `by`.

    Stale drafts for the same route are discarded with it. Raises DraftOpen when one that can still go live is there.
    """
    _discard_stale(route, by=by)
    version = next_version(by.tenant_id)
    try:
        with transaction.atomic():
            draft = RulesetProposal.objects.create(
                tenant_id=by.tenant_id,
                base=base,
                route=route,
                restores=restores,
                document=dump_ruleset(rules.model_copy(update={"version": version})).encode(),
                reason=reason,
                proposed_by=by,
            )
    except IntegrityError as error:
        if "proposal_one_open" not in str(error):
            raise
        raise DraftOpen from error
    record(Verb.PROPOSE, draft, by=by, route=route, reason=reason, from_version=base.version)
    return draft


def approve(draft: RulesetProposal, *, by: Member) -> Ruleset:
    """Make a draft live as the next version: retire its base, store the new one, close the draft, all or nothing.

    Where it loosens more than thresholds a further version follows at once, in which the routes it concerns ask about
    everything (`ending`); the one that is returned is the draft's own.

    Raises SecondAdminNeeded for who proposed it, NewAdmin, AdminNeeded, ProposerGone, DraftClosed, and StaleDraft when
    another version went live since; the draft then stays open, to be compared and discarded. The database refuses an
    approval by the proposer, or by whoever is no admin, from any other door as well.
    """
    with transaction.atomic():
        admins = lock_admins(by, draft.proposed_by)
        now = RulesetProposal.objects.select_for_update(no_key=True).get(pk=draft.pk, tenant_id=by.tenant_id)
        check_approvable(now, by=by, admins=admins)
        document, rules = bytes(now.document), rules_of(now)
        ended, version = ending.held(rulesets.of(now.base), rules, tenant_id=by.tenant_id), rules.version
        live = publish(document, version=version, instead_of=now.base, by=now.proposed_by, reason=now.reason)
        RulesetProposal.objects.filter(pk=now.pk).update(
            status=ProposalStatus.APPROVED, approved_by=by, closed_at=Now(), ruleset=live
        )
        _end_canary(now, CanaryOutcome.PROMOTED, by=by)
        record(Verb.APPROVE, now, by=by, route=now.route, reason=now.reason, version=live.version, **newly(by))
        # A draft goes live as it was shown, and only then does what it is not proven for ask again.
        ending.end(live, ended)
    return live


def discard(draft: RulesetProposal, *, by: Member) -> None:
    """Close a draft without it going live; any admin may. Raises AdminNeeded, and DraftClosed when it ended before."""
    with transaction.atomic():
        lock_admins(by)
        if not _discard(draft, by=by, why="discarded"):
            raise DraftClosed


def rules_of(draft: RulesetProposal) -> Rules:
    """The rules a draft would make live; parsed once for the same text."""
    return parse_ruleset(bytes(draft.document).decode())


def is_stale(draft: RulesetProposal) -> bool:
    """Whether an open draft can no longer go live, because its base no longer is."""
    return draft.status == ProposalStatus.OPEN and draft.base.status != RulesetStatus.LIVE


def check_approvable(draft: RulesetProposal, *, by: Member, admins: set[int]) -> None:
    """Raise DraftClosed, SecondAdminNeeded, ProposerGone or NewAdmin unless `by` may let it run.

    `admins` are who is one now.
    """
    if draft.status != ProposalStatus.OPEN:
        raise DraftClosed
    if draft.proposed_by.person_id == by.person_id:
        raise SecondAdminNeeded
    if draft.proposed_by_id not in admins:
        raise ProposerGone
    if by.is_new_beside(draft.proposed_by):
        raise NewAdmin


def _discard_stale(route: str, *, by: Member) -> None:
    ours = RulesetProposal.objects.filter(tenant_id=by.tenant_id, route=route, status=ProposalStatus.OPEN)
    for draft in ours.exclude(base__status=RulesetStatus.LIVE):
        _discard(draft, by=by, why="stale")


def _discard(draft: RulesetProposal, *, by: Member, why: str) -> bool:
    ours = RulesetProposal.objects.filter(pk=draft.pk, tenant_id=by.tenant_id, status=ProposalStatus.OPEN)
    if ours.update(status=ProposalStatus.DISCARDED, discarded_by=by, closed_at=Now()) != 1:
        return False
    _end_canary(draft, CanaryOutcome.DISCARDED, by=by)
    record(Verb.DISCARD, draft, by=by, route=draft.route, reason=why)
    return True


def _end_canary(draft: RulesetProposal, outcome: CanaryOutcome, *, by: Member) -> None:
    """With its draft ends what it was tried on."""
    Canary.objects.filter(proposal=draft, ended_at=None).update(ended_at=Now(), ended_by=by, outcome=outcome)
