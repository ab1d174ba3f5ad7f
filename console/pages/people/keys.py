"""Agent keys: the list, a new one, and the end of one."""

from django.db.models import Case, CharField, QuerySet, Value, When
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from approvals.models import AgentKey, Member
from approvals.staffing import keys as staffing
from approvals.staffing.administering import subject
from console.access import admin_required, member_of
from console.pages.people import once, rows
from console.pages.people.forms import KeyForm, RevokeForm
from console.pages.people.refusing import tried


@require_safe
@admin_required
def keys(request: HttpRequest) -> HttpResponse:
    """Keys of the tenant, the usable first, then the newest."""
    found = [rows.key(one) for one in _ours(member_of(request))]
    return render(request, "people/keys/keys.html", {"area": "people", "keys": found})


@require_http_methods(["GET", "POST"])
@admin_required
@never_cache
def new_key(request: HttpRequest) -> HttpResponse:
    """Make a key; the page it leads to shows its secret, once."""
    by = member_of(request)
    form = KeyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        made = tried(form, lambda: staffing.make_key(by=by, **form.answer()))
        if made is not None:
            return _handed_over(request, made)
    context = {"area": "people", "form": form}
    return render(request, "people/keys/new_key.html", context, status=422 if form.errors else 200)


@require_safe
@admin_required
def key(request: HttpRequest, key_id: int) -> HttpResponse:
    """One key: what it may do, and how to end it."""
    found = _find(request, key_id)
    return _key_page(request, found, RevokeForm(prefix_of_key=found.prefix))


@require_POST
@admin_required
def revoke(request: HttpRequest, key_id: int) -> HttpResponse:
    """End a key at once; its beginning must be typed."""
    by, found = member_of(request), _find(request, key_id)
    form = RevokeForm(request.POST, prefix_of_key=found.prefix)
    if not form.is_valid():
        return _key_page(request, found, form, status=422)
    tried(form, lambda: staffing.revoke_key(found, by=by))
    return redirect(f"{reverse('keys')}#key-{found.pk}")


@require_GET
@admin_required
@sensitive_variables("secret")
def secret_once(request: HttpRequest, key_id: int) -> HttpResponse:
    """The secret of a key that was just made; whoever comes again is told that it was shown."""
    found = _find(request, key_id)
    secret = once.take(request, of=subject(found))
    return _secret_page(request, found, secret, status=200 if secret else 410)


def _handed_over(request: HttpRequest, made: staffing.NewKey) -> HttpResponse:
    """Lead to the page that shows the secret; while it cannot be kept for that page, show it here and now."""
    if once.keep(request, made.secret, of=subject(made.key)):
        return redirect("secret_once", made.key.pk)
    return _secret_page(request, made.key, made.secret, status=201)


def _secret_page(request: HttpRequest, found: AgentKey, secret: str, *, status: int) -> HttpResponse:
    context = {"area": "people", "key": found, "secret": secret}
    return render(request, "people/keys/secret.html", context, status=status)


def _ours(by: Member) -> QuerySet[AgentKey]:
    """With what each key is now, by database time."""
    state = Case(
        When(revoked_at__isnull=False, then=Value("revoked")),
        When(expires_at__lte=Now(), then=Value("expired")),
        default=Value("usable"),
        output_field=CharField(),
    )
    ours = AgentKey.objects.filter(tenant_id=by.tenant_id)
    return ours.annotate(state=state).select_related("created_by").order_by("-state", "-pk")


def _find(request: HttpRequest, key_id: int) -> AgentKey:
    return get_object_or_404(_ours(member_of(request)), pk=key_id)


def _key_page(request: HttpRequest, found: AgentKey, form: RevokeForm, *, status: int = 200) -> HttpResponse:
    context = {"area": "people", "key": rows.key(found), "form": form}
    return render(request, "people/keys/key.html", context, status=status)
