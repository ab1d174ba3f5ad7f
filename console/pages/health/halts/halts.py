"""Halt something, see what is halted and was, lift a halt."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from approvals.domain.errors import ReasonMissing
from approvals.gating import halting
from approvals.models import Halt
from approvals.models.halt import HaltScope
from console.access import admin_required, member_of, member_required, reviewer_required
from console.pages.health.halts import proving, standing
from console.pages.health.halts.forms import HaltForm


@require_safe
@member_required
def halts(request: HttpRequest) -> HttpResponse:
    """What is frozen now and what was, and the form that freezes."""
    return _page(request, HaltForm(by=member_of(request)))


@require_POST
@reviewer_required
def new_halt(request: HttpRequest) -> HttpResponse:
    """Freeze something; when this returns no new effect of it starts."""
    by = member_of(request)
    form = HaltForm(request.POST, by=by)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        is_new = halting.halt(by=by, **form.answer())
    except ReasonMissing:
        form.refuse("reason", _("Say why, in words that can be read."))
        return _page(request, form, status=422)
    if not is_new:
        form.refuse("what", _("That is halted already; it is in the list."))
        return _page(request, form, status=409)
    return redirect("halts")


@require_POST
@admin_required
def lift_halt(request: HttpRequest, halt_id: int) -> HttpResponse:
    """Let effects start again; a halt that somebody lifted meanwhile stays as they left it."""
    by, reason = member_of(request), request.POST.get("reason", "")
    found = get_object_or_404(Halt, pk=halt_id, tenant_id=by.tenant_id)
    try:
        halting.lift(scope=HaltScope(found.scope), key=found.key, by=by, reason=reason, halt_id=found.pk)
    except ReasonMissing:
        return _page(request, HaltForm(by=by), status=422, unsaid=found.pk)
    return redirect("halts")


def _page(request: HttpRequest, form: HaltForm, *, status: int = 200, unsaid: int = 0) -> HttpResponse:
    """The page; `unsaid` is the halt that was to be lifted without a reason."""
    member, now = member_of(request), timezone.now()
    past = Halt.objects.filter(tenant_id=member.tenant_id, lifted_at__isnull=False)
    lifted = past.select_related("by", "lifted_by").order_by("-lifted_at")[: standing.MOST_SHOWN]
    context = {
        "area": "halts",
        "form": form,
        "live": [standing.shown(halt, now=now) for halt in standing.live(member)],
        "lifted": [standing.shown(halt, now=now) for halt in lifted],
        "most_shown": standing.MOST_SHOWN,
        "unsaid": unsaid,
        "lanes": proving.rows(),
    }
    return render(request, "health/halts/page.html", context, status=status)
