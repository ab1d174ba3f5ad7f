"""Open and close breakers by hand."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agents.domain.breaker import Guarded, Key
from agents.guards import switching
from agents.models import Breaker
from approvals.domain.errors import ReasonMissing
from console.access import admin_required, member_of
from console.pages.health.forms import BreakerForm
from console.pages.health.health import Told, page


@require_POST
@admin_required
def open_breaker(request: HttpRequest) -> HttpResponse:
    """Let nothing be called until somebody closes it."""
    by = member_of(request)
    form = BreakerForm(request.POST)
    if not form.is_valid():
        return page(request, form=form, status=422)
    try:
        is_new = switching.open_for_good(form.key(tenant_id=by.tenant_id), by=by, reason=form.cleaned_data["reason"])
    except ReasonMissing:
        form.refuse("reason", _("Say why, in words that can be read."))
        return page(request, form=form, status=422)
    if not is_new:
        form.refuse("what", _("Somebody holds that open already; it is in the list."))
        return page(request, form=form, status=409)
    return redirect("health")


@require_POST
@admin_required
def close_breaker(request: HttpRequest, breaker_id: int) -> HttpResponse:
    """Let calls through again, with a reason."""
    by, reason = member_of(request), request.POST.get("reason", "")
    row = get_object_or_404(Breaker, pk=breaker_id, tenant_id=by.tenant_id)
    try:
        is_done = switching.close(Key(row.tenant_id, Guarded(row.guarded), row.name), by=by, reason=reason)
    except ReasonMissing:
        told = Told(breaker_id=row.pk, sentence=_("Say why calls may go through. It is still open."), typed=reason)
        return page(request, told=told, status=422)
    if not is_done:
        return page(request, told=Told(breaker_id=row.pk, sentence=_("It was closed before you.")), status=409)
    return redirect("health")
