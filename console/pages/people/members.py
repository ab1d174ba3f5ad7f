"""People: the list, a new one, one of them, and the ends of their access."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from approvals.models import Member
from approvals.staffing import people as staffing
from approvals.staffing.administering import subject
from console.access import admin_required, member_of
from console.pages.people import once, rows
from console.pages.people.forms import NewMemberForm, PersonForm
from console.pages.people.refusing import tried

MOST_SHOWN = 200


@require_safe
@admin_required
def people(request: HttpRequest) -> HttpResponse:
    """Everyone of the tenant by name, narrowed by a part of a name or e-mail."""
    sought = request.GET.get("q", "").strip().replace("\0", "")
    found = _ours(member_of(request)).filter(Q(name__icontains=sought) | Q(email__icontains=sought))
    shown = list(found.order_by("-is_active", "name", "pk").prefetch_related("teams")[: MOST_SHOWN + 1])
    context = {
        "area": "people",
        "people": rows.people(shown[:MOST_SHOWN], now=timezone.now()),
        "is_cut": len(shown) > MOST_SHOWN,
        "most_shown": MOST_SHOWN,
        "sought": sought,
    }
    return render(request, "people/people.html", context)


@require_http_methods(["GET", "POST"])
@admin_required
@never_cache
def new_person(request: HttpRequest) -> HttpResponse:
    """Make a person; the page it leads to shows their one-time password, once."""
    by = member_of(request)
    form = NewMemberForm(request.POST or None, by=by)
    if request.method == "POST" and form.is_valid():
        made = tried(form, lambda: staffing.make_member(by=by, **form.answer()))
        if made is not None:
            return _handed_over(request, made)
    status = 422 if request.method == "POST" else 200
    return render(request, "people/new_person.html", {"area": "people", "form": form}, status=status)


@require_http_methods(["GET", "POST"])
@admin_required
def person(request: HttpRequest, member_id: int) -> HttpResponse:
    """One person: their name, role and teams, to be changed."""
    by, member = member_of(request), _find(request, member_id)
    if request.method != "POST":
        return _person_page(request, member, _form_of(member, by=by))
    form = PersonForm(request.POST, by=by)
    if form.is_valid() and tried(form, lambda: staffing.change_member(member, by=by, **form.answer())) is not None:
        return redirect(f"{reverse('people')}#member-{member.pk}")
    return _person_page(request, member, form, status=422)


@require_POST
@admin_required
def deactivate(request: HttpRequest, member_id: int) -> HttpResponse:
    """End a person's access."""
    by, member = member_of(request), _find(request, member_id)
    form = _form_of(member, by=by)
    form.is_valid()
    if tried(form, lambda: staffing.deactivate_member(member, by=by)):
        return redirect(f"{reverse('people')}#member-{member.pk}")
    return _person_page(request, member, form, status=409)


@require_POST
@admin_required
@never_cache
def give_password(request: HttpRequest, member_id: int) -> HttpResponse:
    """Give a person a new one-time password, and their access back."""
    by, member = member_of(request), _find(request, member_id)
    form = _form_of(member, by=by)
    form.is_valid()
    made = tried(form, lambda: staffing.give_password(member, by=by))
    if made is not None:
        return _handed_over(request, made)
    return _person_page(request, member, form, status=409)


@require_GET
@admin_required
@sensitive_variables("password")
def password_once(request: HttpRequest, member_id: int) -> HttpResponse:
    """The one-time password that was just made for a person; whoever comes again is told that it was shown."""
    member = _find(request, member_id)
    password = once.take(request, of=subject(member))
    return _password_page(request, member, password, status=200 if password else 410)


def _handed_over(request: HttpRequest, made: staffing.NewMember) -> HttpResponse:
    """Lead to the page that shows the password; while it cannot be kept for that page, show it here and now."""
    if once.keep(request, made.password, of=subject(made.member)):
        return redirect("password_once", made.member.pk)
    return _password_page(request, made.member, made.password, status=201)


def _password_page(request: HttpRequest, member: Member, password: str, *, status: int) -> HttpResponse:
    context = {"area": "people", "member": member, "password": password}
    return render(request, "people/password.html", context, status=status)


def _ours(by: Member) -> QuerySet[Member]:
    return Member.objects.filter(tenant_id=by.tenant_id)


def _find(request: HttpRequest, member_id: int) -> Member:
    return get_object_or_404(_ours(member_of(request)), pk=member_id)


def _form_of(member: Member, *, by: Member) -> PersonForm:
    """The form as the person is now, bound, so that a refusal has a place in it."""
    data = {"name": member.name, "role": member.role, "teams": list(member.teams.values_list("pk", flat=True))}
    data["same_as"] = member.same_as.email if member.same_as else ""
    return PersonForm(data, by=by)


def _person_page(request: HttpRequest, member: Member, form: PersonForm, *, status: int = 200) -> HttpResponse:
    context = {"area": "people", "member": member, "form": form, "is_me": member.pk == request.user.pk}
    return render(request, "people/person.html", context, status=status)
