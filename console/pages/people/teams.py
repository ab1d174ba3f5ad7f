"""Teams: the list and a new one."""

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from approvals.models import Member, Team
from approvals.staffing.teams import make_team
from console.access import admin_required, member_of
from console.pages.people.forms import TeamForm
from console.pages.people.refusing import tried


@require_http_methods(["GET", "POST"])
@admin_required
def teams(request: HttpRequest) -> HttpResponse:
    """Teams by name with how many people are in each, and a form that makes one."""
    by = member_of(request)
    form = TeamForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and tried(form, lambda: make_team(by=by, name=form.cleaned_data["name"])) is not None:
        return redirect("teams")
    context = {"area": "people", "form": form, "teams": _teams(by)}
    return render(request, "people/teams.html", context, status=422 if form.errors else 200)


def _teams(by: Member) -> list[Team]:
    active = Count("members", filter=Q(members__is_active=True))
    return list(Team.objects.filter(tenant_id=by.tenant_id).annotate(size=active).order_by("name"))
