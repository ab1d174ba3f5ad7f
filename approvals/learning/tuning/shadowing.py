"""Watch a draft before it is live: from now on what it would say is recorded beside every verdict."""

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet
from django.db.models.functions import Now

from approvals.learning.tuning.acting import Verb, lock_admins, record
from approvals.learning.tuning.refusals import DraftClosed, ShadowRunning
from approvals.models import Member, RulesetProposal, Shadow, Verdict
from approvals.models.ruleset import ProposalStatus


def watch(draft: RulesetProposal, *, by: Member) -> Shadow:
    """Begin; whoever is judged from the next call on is judged by the draft as well, which changes nothing.

    Raises AdminNeeded, DraftClosed, and ShadowRunning while another open draft is watched: of any number who begin at
    once one does. A shadow of a draft that ended ends with it.
    """
    with transaction.atomic():
        lock_admins(by)
        now = RulesetProposal.objects.select_for_update(no_key=True).get(pk=draft.pk, tenant_id=by.tenant_id)
        if now.status != ProposalStatus.OPEN:
            raise DraftClosed
        _running(by.tenant_id).exclude(proposal__status=ProposalStatus.OPEN).update(ended_at=Now(), ended_by=by)
        newest: int | None = Verdict.objects.aggregate(newest=Max("pk"))["newest"]
        try:
            with transaction.atomic():
                made = Shadow.objects.create(
                    tenant_id=by.tenant_id, proposal=now, after_verdict=newest or 0, started_by=by
                )
        except IntegrityError as error:
            if "shadow_one_running" not in str(error):
                raise
            raise ShadowRunning from error
        record(Verb.WATCH, now, by=by, route=now.route, reason=now.reason)
    return made


def unwatch(draft: RulesetProposal, *, by: Member) -> bool:
    """End it; False when it was not watched. What was recorded stays. Raises AdminNeeded."""
    with transaction.atomic():
        lock_admins(by)
        ended = _running(by.tenant_id).filter(proposal=draft).update(ended_at=Now(), ended_by=by)
        if ended:
            record(Verb.UNWATCH, draft, by=by, route=draft.route, reason="")
    return bool(ended)


def shadow_of(draft: RulesetProposal) -> Shadow | None:
    """The last time this draft was watched; None when it never was."""
    return Shadow.objects.filter(proposal=draft).select_related("started_by").order_by("-pk").first()


def _running(tenant_id: int) -> QuerySet[Shadow]:
    return Shadow.objects.filter(tenant_id=tenant_id, ended_at=None)
