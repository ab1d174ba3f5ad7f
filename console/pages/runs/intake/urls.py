"""Addresses of what comes in."""

from django.urls import URLPattern, path

from console.pages.runs.intake import overview, schedules, sources, starting

urlpatterns: list[URLPattern] = [
    path("runs/start", starting.start_run, name="start_run"),
    path("intake", overview.intake, name="intake"),
    path("intake/limit", overview.limit_runs, name="limit_runs"),
    path("intake/sources/new", sources.new_source, name="new_source"),
    path("intake/sources/<int:source_id>", sources.source, name="source"),
    path("intake/sources/<int:source_id>/change", sources.change_source, name="change_source"),
    path("intake/sources/<int:source_id>/once", sources.source_secret_once, name="source_secret_once"),
    path("intake/sources/<int:source_id>/rotate", sources.rotate_source, name="rotate_source"),
    path("intake/sources/<int:source_id>/hold", sources.hold_source, name="hold_source"),
    path("intake/schedules/new", schedules.new_schedule, name="new_schedule"),
    path("intake/schedules/<int:schedule_id>", schedules.schedule, name="schedule"),
    path("intake/schedules/<int:schedule_id>/change", schedules.change_schedule, name="change_schedule"),
    path("intake/schedules/<int:schedule_id>/hold", schedules.hold_schedule, name="hold_schedule"),
]
