"""Let a share of runs be judged by a draft: begun by a second admin, ended by anybody, by itself, or by going live."""

from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from approvals.learning.tuning.acting import Verb, lock_admins, newly, record
from approvals.learning.tuning.drafting import check_approvable, rules_of
from approvals.learning.tuning.refusals import CanaryRunning, StaleDraft
from approvals.models import AuditEntry, Canary, Member, Ruleset, RulesetProposal
from approvals.models.ruleset import CanaryOutcome, ProposalStatus, RulesetStatus

SHARES = (Decimal("0.05"), Decimal("0.10"), Decimal("0.25"), Decimal("0.50"))
"""What a page offers; the database takes anything from a hundredth to a half."""
OVERTAKEN = "Other rules went live, or the draft was closed."


def begin(draft: RulesetProposal, *, by: Member, share: Decimal) -> Canary:
    """From the next run on, this share of runs is judged by the draft; every run in it is looked at afterwards.

    Raises what `approve` raises, because it lets more run: SecondAdminNeeded, NewAdmin, AdminNeeded, ProposerGone,
    DraftClosed, StaleDraft; and CanaryRunning while another one runs: of any number who begin at once one does. A
    canary that nothing is judged by any more ends with it.
    """
    with transaction.atomic():
        admins = lock_admins(by, draft.proposed_by)
        now = RulesetProposal.objects.select_for_update(no_key=True).get(pk=draft.pk, tenant_id=by.tenant_id)
        check_approvable(now, by=by, admins=admins)
        if now.base.status != RulesetStatus.LIVE:
            raise StaleDraft
        overtaken(running(by.tenant_id)).update(ended_at=Now(), outcome=CanaryOutcome.OVERTAKEN, reason=OVERTAKEN)
        made = _made(now, by=by, share=share)
        record(Verb.CANARY, now, by=by, route=now.route, reason=now.reason, share=str(share), **newly(by))
    return made


def stop(draft: RulesetProposal, *, by: Member) -> bool:
    """End its canary; every run is judged by the live rules from the next call on. False when none was running."""
    with transaction.atomic():
        lock_admins(by)
        ended = running(by.tenant_id).filter(proposal=draft)
        if not ended.update(ended_at=Now(), ended_by=by, outcome=CanaryOutcome.STOPPED):
            return False
        record(Verb.CANARY_STOP, draft, by=by, route=draft.route, reason="")
    return True


def stop_itself(canary: Canary, outcome: CanaryOutcome, *, reason: str) -> bool:
    """End a canary by nobody's hand; False when it had ended. Joins the caller's transaction."""
    ended = Canary.objects.filter(pk=canary.pk, ended_at=None)
    if not ended.update(ended_at=Now(), outcome=outcome, reason=reason):
        return False
    AuditEntry.objects.create(
        tenant_id=canary.tenant_id,
        verb=Verb.CANARY_STOP,
        object=f"rulesetproposal:{canary.proposal_id}",
        details={"route": canary.proposal.route, "reason": reason, "outcome": outcome.value},
    )
    return True


def running(tenant_id: int) -> QuerySet[Canary]:
    """The canary that has not ended; at most one."""
    return Canary.objects.filter(tenant_id=tenant_id, ended_at=None).select_related("proposal__base", "ruleset")


def overtaken(canaries: QuerySet[Canary]) -> QuerySet[Canary]:
    """Those by which nothing is judged any more."""
    return canaries.exclude(Q(proposal__status=ProposalStatus.OPEN) & Q(proposal__base__status=RulesetStatus.LIVE))


def canaries_of(draft: RulesetProposal) -> list[Canary]:
    """Every canary of a draft, the newest first."""
    return list(Canary.objects.filter(proposal=draft).select_related("started_by", "ended_by").order_by("-pk"))


def _made(draft: RulesetProposal, *, by: Member, share: Decimal) -> Canary:
    try:
        with transaction.atomic():
            judged_by = Ruleset.objects.create(
                tenant_id=draft.tenant_id,
                version=rules_of(draft).version,
                document=bytes(draft.document),
                status=RulesetStatus.DRAFT,
                reason=draft.reason,
                created_by=draft.proposed_by,
            )
            return Canary.objects.create(
                tenant_id=draft.tenant_id, proposal=draft, ruleset=judged_by, share=share, started_by=by
            )
    except IntegrityError as error:
        if "canary_one_running" not in str(error):
            raise
        raise CanaryRunning from error
