"""Addresses of runs."""

from django.urls import URLPattern, URLResolver, include, path

from console.pages.runs import runs, trace

urlpatterns: list[URLPattern | URLResolver] = [
    path("runs", runs.runs, name="runs"),
    path("runs/new", runs.runs_new, name="runs_new"),
    path("runs/<uuid:key>", trace.trace, name="trace"),
    path("runs/<uuid:key>/cancel", trace.cancel_run, name="cancel_run"),
    path("", include("console.pages.runs.intake.urls")),
]
