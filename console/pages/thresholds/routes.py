"""The list of routes, one route with a draft of its thresholds, and the change of them."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from approvals.domain.errors import ApprovalError
from approvals.gating import rulesets
from approvals.learning import tuning
from approvals.learning.calibrating import standing
from approvals.learning.tuning.refusals import StaleDraft
from approvals.models import RulesetProposal
from console.access import admin_required, auditor_or_admin_required, member_of
from console.pages.htmx import fragment, is_htmx
from console.pages.thresholds.forms import LONGEST_REASON, CutsForm, TuneForm
from console.pages.thresholds.presenting import listing, tuned
from console.pages.thresholds.presenting.tuned import Asked
from console.pages.thresholds.refusing import conflict, refused
from console.pages.thresholds.shown import Shown


@require_safe
@auditor_or_admin_required
def thresholds(request: HttpRequest) -> HttpResponse:
    """Every route, the drafts that wait, and the way to the history."""
    shown = Shown.of(request)
    groups = listing.listing(shown.known, shown.drafts, certificates=standing.newest(shown.member.tenant_id))
    context = {"area": "policies", "groups": groups, "drafts": shown.drafted(), "live": shown.live}
    return fragment(request, "thresholds/routes.html", context)


@require_safe
@auditor_or_admin_required
def threshold(request: HttpRequest, route: str) -> HttpResponse:
    """One route with a draft: the one in the address, else the open one, else what is live or offered first.

    For htmx only the pieces that depend on the draft, each under its own id.
    """
    shown = Shown.of(request)
    asked = _asked(CutsForm(request.GET)) if "auto" in request.GET else Asked()
    if is_htmx(request):
        return fragment(request, "thresholds/preview/_all.html", {"page": _page(shown, route, asked)})
    return _answer(shown, route, asked)


@require_POST
@admin_required
def tune(request: HttpRequest, route: str) -> HttpResponse:
    """Tighten at once, or propose a loosening to another admin."""
    shown, form = Shown.of(request), TuneForm(request.POST)
    known = shown.route(route)
    if not form.is_valid():
        return _answer(shown, route, _asked(form, refusal=form.sentence()), status=422)
    seen, reason = form.cleaned_data["seen"], form.cleaned_data["reason"]
    try:
        made = tuning.tune(route, known.asked(form.cuts()), by=member_of(request), seen_version=seen, reason=reason)
    except StaleDraft:
        return _overtaken(shown, route, form)
    except ApprovalError as refusal:
        return _refused(shown, route, form, refusal)
    if isinstance(made, RulesetProposal):
        return redirect("draft", made.pk)
    return redirect(f"{reverse('threshold', args=[route])}?done={made.version}")


def _answer(shown: Shown, route: str, asked: Asked, *, status: int = 200) -> HttpResponse:
    return shown.answer(
        "thresholds/route.html",
        {"page": _page(shown, route, asked), "done": shown.done()},
        current=route,
        status=status,
    )


def _refused(shown: Shown, route: str, form: TuneForm, refusal: ApprovalError) -> HttpResponse:
    return _answer(shown, route, _asked(form, refusal=refused(refusal)), status=422)


def _page(shown: Shown, route: str, asked: Asked) -> tuned.Page:
    known, live = shown.route(route), shown.live_or_404()
    return tuned.page(known, live, asked, viewer=shown.member, draft=shown.draft_of(route))


def _asked(form: CutsForm, *, refusal: str = "") -> Asked:
    """What was entered, with what is wrong with it."""
    form.is_valid()
    wrong = next((str(error) for name in ("auto", "ask", "limit") for error in form.errors.get(name, ())), "")
    typed = tuple(str(form.data.get(name, ""))[:20] for name in ("auto", "ask", "limit"))
    reason = str(form.data.get("reason", ""))[:LONGEST_REASON]
    return Asked(None if wrong else form.cuts(), typed, wrong, reason, "" if wrong else refusal)


def _overtaken(shown: Shown, route: str, form: TuneForm) -> HttpResponse:
    """Somebody else changed the rules while this was entered."""
    known, live = shown.route(route), shown.live_or_404()
    cuts = known.asked(form.cuts())
    try:
        wanted = tuning.with_cuts(rulesets.of(live), route, cuts, tenant_id=shown.member.tenant_id)
    except ApprovalError as refusal:
        return _refused(shown, route, form, refusal)
    fields = tuned.written(cuts, limit=known.limit)
    asked = {"auto": fields.auto, "ask": fields.ask} | ({"limit": fields.limit} if cuts.limit else {})
    place = f"{reverse('threshold', args=[route])}?{urlencode(asked)}"
    again = (place, _("Draft it again from version %(n)s") % {"n": live.version})
    seen, reason = form.cleaned_data["seen"], form.cleaned_data["reason"]
    return conflict(shown, seen=seen, wanted=wanted, route=route, reason=reason, again=again)
