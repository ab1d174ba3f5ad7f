"""Addresses of the API; every one of them goes through the door."""

from django.urls import URLPattern, include, path, re_path

from console.api.contract import api
from console.api.door import absent, behind

app_name = "api"

# Ninja's own start page is a 404 that leads to its own error page.
_patterns = [
    behind(pattern) for pattern in api.urls[0] if isinstance(pattern, URLPattern) and pattern.name != "api-root"
]

urlpatterns = [
    path("v1/", include(_patterns)),
    re_path("", absent, name="absent"),
]
