"""Addresses of halts."""

from django.urls import URLPattern, path

from console.pages.health.halts import halts

urlpatterns: list[URLPattern] = [
    path("halts", halts.halts, name="halts"),
    path("halts/new", halts.new_halt, name="new_halt"),
    path("halts/<int:halt_id>/lift", halts.lift_halt, name="lift_halt"),
]
