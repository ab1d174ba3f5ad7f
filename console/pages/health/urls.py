"""Addresses of health and of halts."""

from django.urls import URLPattern, URLResolver, include, path

from console.pages.health import breakers, health, letters

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health.health, name="health"),
    path("health/letters/resend", letters.resend_letters, name="resend_letters"),
    path("health/letters/<int:letter_id>/resend", letters.resend_letter, name="resend_letter"),
    path("health/letters/<int:letter_id>/discard", letters.discard_letter, name="discard_letter"),
    path("health/breakers/open", breakers.open_breaker, name="open_breaker"),
    path("health/breakers/<int:breaker_id>/close", breakers.close_breaker, name="close_breaker"),
    path("", include("console.pages.health.halts.urls")),
]
