"""Answers in pieces: a fragment for htmx where a whole page goes to everyone else."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers


def is_htmx(request: HttpRequest) -> bool:
    """Whether a fragment is wanted."""
    return request.headers.get("HX-Request") == "true"


def fragment(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """One piece of a page; never stored, because the next person or the next second sees another."""
    return unstored(render(request, template, context, status=status))


def unstored(response: HttpResponse) -> HttpResponse:
    """Kept by no cache, and never given to somebody who wanted the other form of it."""
    patch_cache_control(response, private=True, no_store=True)
    patch_vary_headers(response, ["HX-Request"])
    return response
