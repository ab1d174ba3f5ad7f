"""Addresses of the pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView


@require_safe
@cache_control(public=True, max_age=86_400)
def favicon(_request: HttpRequest) -> HttpResponse:
    """The icon for whoever asks for it without having read a page."""
    return redirect(static("icon.svg"))


urlpatterns: list[URLPattern | URLResolver] = [
    path("", require_safe(RedirectView.as_view(pattern_name="queue")), name="home"),
    path("favicon.ico", favicon, name="favicon"),
    path("", include("console.pages.review.urls")),
    path("", include("console.pages.audits.urls")),
    path("", include("console.pages.people.urls")),
    path("", include("console.pages.policies.urls")),
    path("", include("console.pages.thresholds.urls")),
    path("", include("console.pages.runs.urls")),
    path("", include("console.pages.labels.urls")),
    path("", include("console.pages.health.urls")),
]
