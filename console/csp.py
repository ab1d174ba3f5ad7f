"""The content security policy: nothing runs or loads in a page but what this site serves."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import cast

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware

DIRECTIVES = (
    "default-src 'none'",
    "script-src 'self' 'nonce-{nonce}'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
)
POLICY = "; ".join(DIRECTIVES)
HEADER = "Content-Security-Policy"


class PolicedRequest(HttpRequest):
    """A request after this middleware: templates write the nonce on every script of ours."""

    csp_nonce: str


Answer = HttpResponse | Awaitable[HttpResponse]


@sync_and_async_middleware
def middleware(get_response: Callable[[HttpRequest], Answer]) -> Callable[[HttpRequest], Answer]:
    """Give each request a nonce (`request.csp_nonce`) and each answer the policy that names it."""
    if iscoroutinefunction(get_response):

        async def policed_later(request: HttpRequest) -> HttpResponse:
            nonce = _begin(request)
            return _finish(await cast("Awaitable[HttpResponse]", get_response(request)), nonce)

        return policed_later

    def policed(request: HttpRequest) -> HttpResponse:
        nonce = _begin(request)
        return _finish(cast("HttpResponse", get_response(request)), nonce)

    return policed


def _begin(request: HttpRequest) -> str:
    nonce = secrets.token_urlsafe(16)
    cast("PolicedRequest", request).csp_nonce = nonce
    return nonce


def _finish(response: HttpResponse, nonce: str) -> HttpResponse:
    response.headers.setdefault(HEADER, POLICY.format(nonce=nonce))
    return response
