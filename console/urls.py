"""Which address leads to which room of the console."""

from django.urls import include, path

from console.api.intake.hook import take_webhook
from console.launch.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("api/", include("console.api.urls")),
    path("hooks/<uuid:source>", take_webhook, name="take_webhook"),
    path("", include("console.pages.urls")),
]

handler400 = "console.pages.errors.bad_request"
handler403 = "console.pages.errors.forbidden"
handler404 = "console.pages.errors.not_found"
handler500 = "console.pages.errors.server_error"
