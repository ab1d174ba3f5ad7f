"""Drafts that wait for a second admin: look at one, approve it, discard it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from approvals.domain.errors import ApprovalError
from approvals.gating import rulesets
from approvals.learning import tuning
from approvals.learning.tuning import canarying
from approvals.learning.tuning.refusals import StaleDraft
from approvals.models import RulesetProposal
from console.access import admin_required, auditor_or_admin_required, member_of
from console.pages.htmx import fragment
from console.pages.thresholds import finding
from console.pages.thresholds.forms import CanaryForm
from console.pages.thresholds.presenting import canary, history, tuned
from console.pages.thresholds.presenting.tuned import Asked
from console.pages.thresholds.refusing import conflict, refused
from console.pages.thresholds.shown import Shown


@require_safe
@auditor_or_admin_required
def draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """One draft: who, why, what it changes, and what it would have let run."""
    shown = Shown.of(request)
    return _answer(shown, finding.draft(shown.member, draft_id))


@require_POST
@admin_required
def approve_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Make it live, as somebody else than who proposed it."""
    shown = Shown.of(request)
    found = finding.draft(shown.member, draft_id)
    try:
        live = tuning.approve(found, by=member_of(request))
    except StaleDraft:
        return conflict(
            shown,
            seen=found.base.version,
            wanted=tuning.rules_of(found),
            route=found.route,
            reason=found.reason,
            again=(reverse("draft", args=[found.pk]), _("Compare and discard the draft")),
        )
    except ApprovalError as refusal:
        return _answer(shown, finding.draft(shown.member, draft_id), refusal=refused(refusal))
    place = reverse("threshold", args=[found.route]) if found.route else reverse("version", args=[live.version])
    return redirect(f"{place}?done={live.version}")


@require_POST
@admin_required
def canary_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Try it on a share of runs, as somebody else than who proposed it, or with `act=stop` no longer."""
    shown, form = Shown.of(request), CanaryForm(request.POST)
    found = finding.draft(shown.member, draft_id)
    if not form.is_valid():
        return _answer(shown, found, refusal=form.sentence())
    try:
        if form.cleaned_data["act"] == "stop":
            canarying.stop(found, by=member_of(request))
        else:
            canarying.begin(found, by=member_of(request), share=form.share_of_runs())
    except ApprovalError as refusal:
        return _answer(shown, finding.draft(shown.member, draft_id), refusal=refused(refusal))
    return redirect("draft", draft_id)


@require_POST
@admin_required
def discard_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Close it; what is live stays."""
    shown = Shown.of(request)
    found = finding.draft(shown.member, draft_id)
    try:
        tuning.discard(found, by=member_of(request))
    except ApprovalError as refusal:
        return _answer(shown, finding.draft(shown.member, draft_id), refusal=refused(refusal))
    return redirect("threshold", found.route) if found.route else redirect("thresholds")


def _answer(shown: Shown, found: RulesetProposal, *, refusal: str = "") -> HttpResponse:
    now, tried = timezone.now(), tuning.canaries_of(found)
    written = history.drafted(found, viewer=shown.member, now=now)
    wanted, context = tuning.rules_of(found), {"area": "policies", "draft": written, "refused": refusal}
    if tried or (written.is_open and not written.is_stale):
        context["canaries"] = canary.canaries(tried, now=now, is_overtaken=written.is_stale)
    if written.is_stale:
        context["compared"] = history.compared(found.base, shown.live_or_404(), wanted, route=found.route, now=now)
    elif written.is_open:
        context["is_alone"] = written.is_mine and finding.is_only_admin(shown.member)
    if not written.is_stale and written.is_open:
        live = rulesets.of(found.base)
        context["ends"] = tuning.concerned(live, wanted, tenant_id=found.tenant_id)
    if not written.is_stale and written.is_open and found.route:
        context["page"] = _numbers(shown, found)
    return fragment(shown.request, "thresholds/history/draft.html", context, status=409 if refusal else 200)


def _numbers(shown: Shown, found: RulesetProposal) -> tuned.Page | None:
    """What it would have let run; none for a route that nothing was recorded on lately."""
    known = shown.find(found.route)
    if known is None:
        return None
    return tuned.page(known, shown.live_or_404(), Asked(), viewer=shown.member, draft=found)
