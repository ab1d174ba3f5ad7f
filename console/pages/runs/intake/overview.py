"""What comes in: sources, schedules, and how many runs may be open."""

from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from agents.intake import keeping
from agents.models import Delivery, OpenLimit, Schedule, Source, Tick
from console.access import admin_required, auditor_or_admin_required, member_of
from console.pages.runs.intake import rows
from console.pages.runs.intake.forms import LimitForm, tried


@require_safe
@auditor_or_admin_required
def intake(request: HttpRequest) -> HttpResponse:
    """Everything at a glance."""
    return _page(request, LimitForm(initial={"most": getattr(_limit(request), "most", None)}))


@require_POST
@admin_required
def limit_runs(request: HttpRequest) -> HttpResponse:
    """Set how many runs may be open."""
    form, by = LimitForm(request.POST), member_of(request)
    if form.is_valid():
        limit = tried(form, lambda: keeping.limit_open_runs(form.cleaned_data["most"], by=by))
        if limit is not None:
            return redirect("intake")
    return _page(request, form, status=422)


def _page(request: HttpRequest, form: LimitForm, *, status: int = 200) -> HttpResponse:
    tenant_id, now = member_of(request).tenant_id, timezone.now()
    last = Delivery.objects.filter(source=OuterRef("pk")).order_by("-pk").values("received_at")[:1]
    ticked = Tick.objects.filter(schedule=OuterRef("pk"), run__isnull=False).order_by("-due_at").values("due_at")[:1]
    sources = Source.objects.filter(tenant_id=tenant_id).annotate(last_at=Subquery(last)).order_by("name")
    schedules = Schedule.objects.filter(tenant_id=tenant_id).annotate(last_at=Subquery(ticked)).order_by("name")
    context = {
        "area": "runs",
        "sources": rows.sources(sources, now=now),
        "schedules": rows.schedules(schedules, now=now),
        "limit": _limit(request),
        "form": form,
    }
    return render(request, "runs/intake/page.html", context, status=status)


def _limit(request: HttpRequest) -> OpenLimit | None:
    return OpenLimit.objects.filter(tenant_id=member_of(request).tenant_id).first()
