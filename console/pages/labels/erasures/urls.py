"""Addresses of erasures."""

from django.urls import URLPattern, path

from console.pages.labels.erasures import erasures

urlpatterns: list[URLPattern] = [
    path("erasures", erasures.erasures, name="erasures"),
    path("erasures/new", erasures.new_erasure, name="new_erasure"),
    path("erasures/<int:erasure_id>/erase", erasures.erase, name="erase"),
    path("erasures/<int:erasure_id>/discard", erasures.discard, name="discard_erasure"),
]
