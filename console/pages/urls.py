"""Addresses of the pages."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

urlpatterns: list[URLPattern | URLResolver] = [
    path("", require_safe(RedirectView.as_view(pattern_name="queue")), name="home"),
    path("", include("console.pages.review.urls")),
    path("", include("console.pages.people.urls")),
    path("", include("console.pages.thresholds.urls")),
    path("", include("console.pages.runs.urls")),
    path("", include("console.pages.labels.urls")),
]
