"""Schedules: a new one, one that is there, and holding it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents.intake import keeping
from agents.intake.refusals import NotAsWanted
from agents.models import Schedule
from console.access import admin_required, auditor_or_admin_required, member_of
from console.pages.runs.intake import rows
from console.pages.runs.intake.forms import ScheduleForm, tried

MOST_SHOWN = 20


@require_http_methods(["GET", "POST"])
@admin_required
def new_schedule(request: HttpRequest) -> HttpResponse:
    """Make a schedule; the page it leads to says when it ticks."""
    by, form = member_of(request), ScheduleForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        made = tried(form, lambda: keeping.make_schedule(form.answer(), by=by))
        if made is not None:
            return redirect("schedule", made.pk)
    context = {"area": "runs", "form": form}
    return render(request, "runs/intake/new_schedule.html", context, status=422 if form.errors else 200)


@require_safe
@auditor_or_admin_required
def schedule(request: HttpRequest, schedule_id: int) -> HttpResponse:
    """One schedule: when it ticks, what became of its ticks, and the form that changes it."""
    found = _find(request, schedule_id)
    return _page(request, found, ScheduleForm(initial=ScheduleForm.of(found)))


@require_POST
@admin_required
def change_schedule(request: HttpRequest, schedule_id: int) -> HttpResponse:
    """Change it; it goes on with the next tick of what it is then."""
    found, by, form = _find(request, schedule_id), member_of(request), ScheduleForm(request.POST)
    if form.is_valid():
        tried(form, lambda: keeping.change_schedule(found, form.answer(), by=by))
    if not form.errors:
        return redirect("schedule", found.pk)
    return _page(request, found, form, status=422)


@require_POST
@admin_required
def hold_schedule(request: HttpRequest, schedule_id: int) -> HttpResponse:
    """Pause it, or go on with its next tick."""
    found, by = _find(request, schedule_id), member_of(request)
    act = keeping.resume if request.POST.get("do") == "resume" else keeping.pause
    try:
        act(found, by=by)
    except NotAsWanted as refusal:
        form = ScheduleForm(ScheduleForm.of(found))
        form.refuse(refusal.field, refusal.detail)
        return _page(request, found, form, status=422)
    return redirect("schedule", found.pk)


def _find(request: HttpRequest, schedule_id: int) -> Schedule:
    return get_object_or_404(Schedule, pk=schedule_id, tenant_id=member_of(request).tenant_id)


def _page(request: HttpRequest, found: Schedule, form: ScheduleForm, *, status: int = 200) -> HttpResponse:
    ticked = found.ticks.select_related("run__request").order_by("-due_at")[:MOST_SHOWN]
    context = {
        "area": "runs",
        "schedule": found,
        "upcoming": [] if found.paused_at else rows.upcoming(found, now=timezone.now()),
        "ticks": rows.ticks(ticked, zone=found.zone),
        "form": form,
    }
    return render(request, "runs/intake/schedule.html", context, status=status)
