"""The history of the rules: every version, one of them, and bringing it back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from approvals.domain.errors import ApprovalError
from approvals.gating import rulesets
from approvals.learning import tuning
from approvals.learning.tuning.refusals import StaleDraft
from approvals.models import Ruleset, RulesetProposal
from console.access import admin_required, auditor_or_admin_required, member_of
from console.pages.htmx import fragment
from console.pages.thresholds import finding
from console.pages.thresholds.forms import ReasonForm
from console.pages.thresholds.presenting import history
from console.pages.thresholds.refusing import conflict, refused
from console.pages.thresholds.shown import Shown

PAGE_SIZE = 50


@require_safe
@auditor_or_admin_required
def versions(request: HttpRequest) -> HttpResponse:
    """Every version, the newest first, `?below=` a number."""
    member, below = member_of(request), request.GET.get("below", "")
    found = finding.versions(
        member, below=int(below) if below.isdecimal() and len(below) < 10 else None, size=PAGE_SIZE
    )
    written = history.versions(found, size=PAGE_SIZE, now=timezone.now())
    more = written[-1].number if len(found) > PAGE_SIZE else 0
    drafts = [] if below else Shown.of(request).drafted()
    context = {"area": "policies", "versions": written, "more": more, "drafts": drafts}
    return fragment(request, "thresholds/history/versions.html", context)


@require_safe
@auditor_or_admin_required
def version(request: HttpRequest, number: int) -> HttpResponse:
    """One version against the one before it and against what is live."""
    shown = Shown.of(request)
    return _answer(shown, finding.version(shown.member, number))


@require_POST
@admin_required
def restore_version(request: HttpRequest, number: int) -> HttpResponse:
    """Bring it back as the next version: at once where that only tightens, else as a draft."""
    shown, form = Shown.of(request), ReasonForm(request.POST)
    found = finding.version(shown.member, number)
    if not form.is_valid():
        return _answer(shown, found, refusal=form.sentence())
    seen, reason = form.cleaned_data["seen"], form.cleaned_data["reason"]
    try:
        made = tuning.restore(found, by=member_of(request), seen_version=seen, reason=reason)
    except StaleDraft:
        again = (reverse("version", args=[number]), _("Look at it against what is live now"))
        return conflict(shown, seen=seen, wanted=rulesets.of(found), route="", reason=reason, again=again)
    except ApprovalError as refusal:
        return _answer(shown, found, refusal=refused(refusal), reason=reason)
    return redirect("draft", made.pk) if isinstance(made, RulesetProposal) else redirect("versions")


def _answer(shown: Shown, found: Ruleset, *, refusal: str = "", reason: str = "") -> HttpResponse:
    live, now = shown.live_or_404(), timezone.now()
    rules, running = rulesets.of(found), rulesets.of(live)
    context = {
        "area": "policies",
        "version": history.version(found, finding.before(shown.member, found), now=now),
        "seen": live.version,
        "against_live": history.differences(running, rules),
        "loosens": tuning.is_loosening(running, rules),
        "document": bytes(found.document).decode(),
        "refused": refusal,
        "reason": reason,
        "done": shown.done(),
    }
    return fragment(shown.request, "thresholds/history/version.html", context, status=422 if refusal else 200)
