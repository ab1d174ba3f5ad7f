"""Sources of webhooks: a new one, one that is there, its secrets, and holding it."""

from django.db.models import Q
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from agents.intake import keeping
from agents.models import Source, SourceSecret
from console.access import admin_required, auditor_or_admin_required, member_of
from console.pages.people import once
from console.pages.presenting import clock
from console.pages.runs.intake import rows
from console.pages.runs.intake.forms import RotateForm, SourceForm, tried

MOST_SHOWN = 20


@require_http_methods(["GET", "POST"])
@admin_required
@never_cache
def new_source(request: HttpRequest) -> HttpResponse:
    """Make a source; the page it leads to shows its secret, once."""
    by, form = member_of(request), SourceForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        made = tried(form, lambda: keeping.make_source(form.answer(), by=by))
        if made is not None:
            return _handed_over(request, made)
    context = {"area": "runs", "form": form}
    return render(request, "runs/intake/new_source.html", context, status=422 if form.errors else 200)


@require_safe
@auditor_or_admin_required
def source(request: HttpRequest, source_id: int) -> HttpResponse:
    """One source: its address, what it made, what it refused, and the form that changes it."""
    found = _find(request, source_id)
    return _page(request, found, SourceForm(initial=SourceForm.of(found)))


@require_POST
@admin_required
def change_source(request: HttpRequest, source_id: int) -> HttpResponse:
    """Change what is made of its payloads."""
    found, by, form = _find(request, source_id), member_of(request), SourceForm(request.POST)
    if form.is_valid():
        tried(form, lambda: keeping.change_source(found, form.answer(), by=by))
    if not form.errors:
        return redirect("source", found.pk)
    return _page(request, found, form, status=422)


@require_POST
@admin_required
def rotate_source(request: HttpRequest, source_id: int) -> HttpResponse:
    """Make a new secret, shown once on the page it leads to."""
    found, by, form = _find(request, source_id), member_of(request), RotateForm(request.POST)
    at_once = form.is_valid() and form.cleaned_data["at_once"]
    return _handed_over(request, keeping.rotate(found, by=by, at_once=at_once))


@require_POST
@admin_required
def hold_source(request: HttpRequest, source_id: int) -> HttpResponse:
    """Pause it, or go on."""
    found, by = _find(request, source_id), member_of(request)
    act = keeping.resume if request.POST.get("do") == "resume" else keeping.pause
    act(found, by=by)
    return redirect("source", found.pk)


@require_GET
@admin_required
@sensitive_variables("secret")
def source_secret_once(request: HttpRequest, source_id: int) -> HttpResponse:
    """The secret that was just made; whoever comes again is told that it was shown."""
    found = _find(request, source_id)
    secret = once.take(request, of=f"source:{found.pk}")
    return _secret_page(request, found, secret, status=200 if secret else 410)


def _handed_over(request: HttpRequest, made: SourceSecret) -> HttpResponse:
    """Lead to the page that shows the secret; while it cannot be kept for that page, show it here and now."""
    if once.keep(request, made.written(), of=f"source:{made.source_id}"):
        return redirect("source_secret_once", made.source_id)
    return _secret_page(request, made.source, made.written(), status=201)


def _secret_page(request: HttpRequest, found: Source, secret: str, *, status: int) -> HttpResponse:
    context = {"area": "runs", "source": found, "secret": secret, "address": _address(request, found)}
    return render(request, "runs/intake/secret.html", context, status=status)


def _address(request: HttpRequest, found: Source) -> str:
    return request.build_absolute_uri(reverse("take_webhook", kwargs={"source": found.key}))


def _find(request: HttpRequest, source_id: int) -> Source:
    return get_object_or_404(Source, pk=source_id, tenant_id=member_of(request).tenant_id)


def _page(request: HttpRequest, found: Source, form: SourceForm, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    taken = found.deliveries.select_related("run__request").order_by("-pk")[:MOST_SHOWN]
    good = found.secrets.filter(Q(ends_at=None) | Q(ends_at__gt=Now())).select_related("made_by").order_by("-pk")
    context = {
        "area": "runs",
        "source": found,
        "address": _address(request, found),
        "taken": rows.deliveries(taken, now=now),
        "refused": found.refusals.order_by("-at")[:MOST_SHOWN],
        "secrets": [
            {
                "by": secret.made_by.name,
                "made": clock.clock(secret.made_at, now=now),
                "ends": clock.clock(secret.ends_at, now=now) if secret.ends_at else "",
            }
            for secret in good
        ],
        "rotate": RotateForm(),
        "form": form,
    }
    return render(request, "runs/intake/source.html", context, status=status)
