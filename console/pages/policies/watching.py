"""Watch a draft beside the live rules: begin, and stop."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from approvals.learning import tuning
from approvals.learning.tuning.refusals import DraftClosed, ShadowRunning
from console.access import admin_required, member_of
from console.pages.policies.backtests import page
from console.pages.policies.draft.wanted import draft_of
from console.pages.thresholds import finding
from console.pages.thresholds.shown import Shown

SENTENCES = {
    ShadowRunning: _("Another draft is watched already. Stop that first."),
    DraftClosed: _("This draft was approved or discarded in the meantime."),
}


@require_POST
@admin_required
def watch_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Have an open draft asked as well, or with `act=stop` no longer; either changes no answer."""
    shown, member = Shown.of(request), member_of(request)
    found = finding.draft(member, draft_id)
    try:
        if request.POST.get("act") == "stop":
            tuning.unwatch(found, by=member)
        else:
            tuning.watch(found, by=member)
    except (ShadowRunning, DraftClosed) as refusal:
        return page(shown, draft_of(shown, draft_id), refusal=str(SENTENCES[type(refusal)]), status=409)
    return redirect(f"{reverse('backtest')}?draft={draft_id}")
