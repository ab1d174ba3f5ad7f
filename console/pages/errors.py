"""Answers for what went wrong: a sentence, what to do now, and an id to ask about.

The pages stand alone: no script, they read well without the stylesheet, and of the database they want at most to know
whether somebody is signed in, without which they do as well. `console.urls` and the settings name the handlers;
`middleware` gives every request its id and turns bare refusals into pages.
"""

import secrets
import time
from collections.abc import Awaitable, Callable
from math import ceil
from typing import cast

import structlog
from asgiref.sync import iscoroutinefunction
from django.core.exceptions import SynchronousOnlyOperation
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.decorators import sync_and_async_middleware
from django.utils.translation import gettext_lazy as _

from approvals.models import Role
from console.access import CHALLENGE, RoleNeeded, SignInNeeded

ROLE_NAMES = {Role.REVIEWER: _("reviewer"), Role.ADMIN: _("admin"), Role.AUDITOR: _("auditor")}
FAULT = 500
log = structlog.get_logger(__name__)

Answer = HttpResponse | Awaitable[HttpResponse]


@sync_and_async_middleware
def middleware(get_response: Callable[[HttpRequest], Answer]) -> Callable[[HttpRequest], Answer]:
    """Put the request's id on its log lines, and give an answer "method not allowed" its page."""
    if iscoroutinefunction(get_response):

        async def answered_later(request: HttpRequest) -> HttpResponse:
            with structlog.contextvars.bound_contextvars(request_id=reference(request)):
                return _told(request, await cast("Awaitable[HttpResponse]", get_response(request)))

        return answered_later

    def answered(request: HttpRequest) -> HttpResponse:
        with structlog.contextvars.bound_contextvars(request_id=reference(request)):
            return _told(request, cast("HttpResponse", get_response(request)))

    return answered


def reference(request: HttpRequest) -> str:
    """The id of this request, made when it is first asked for."""
    known = getattr(request, "reference", "")
    if not known:
        known = secrets.token_hex(4)
        request.reference = known  # type: ignore[attr-defined]
    return str(known)


def page(request: HttpRequest, status: int, *, why: object = "", template: str = "", **context: object) -> HttpResponse:
    """The page of a status; a client that takes no HTML gets the same as JSON."""
    log.info("refused", status=status, why=str(why), request_id=reference(request))
    if not request.accepts("text/html"):
        return JsonResponse({"status": status, "request_id": reference(request)}, status=status)
    about = {"reference": reference(request), "stylesheet": _stylesheet(), "links": _links(request, status), **context}
    response = HttpResponse(render_to_string(template or f"errors/{status}.html", about), status=status)
    if request.headers.get("HX-Request") == "true":
        # A whole page has no place in the leaf that asked.
        response["HX-Retarget"], response["HX-Reswap"] = "body", "innerHTML"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400."""
    return page(request, 400, why=exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403; names the roles that may come in, and tells who is signed out that nothing was done."""
    if isinstance(exception, SignInNeeded):
        response = page(request, 401, sign_in=exception.sign_in)
        for name, value in CHALLENGE.items():
            response[name] = value
        return response
    roles = exception.roles if isinstance(exception, RoleNeeded) else ()
    return page(request, 403, roles=sorted(str(ROLE_NAMES[role]) for role in roles))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404; what is absent and what is another team's answer alike."""
    return page(request, 404, why=exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500."""
    return page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW; the reason is for the log."""
    return page(request, 403, why=reason, template="errors/403_csrf.html")


def too_many(request: HttpRequest, *, until: float) -> HttpResponse:
    """Tried too often; says when to try again."""
    seconds = max(1, ceil(until - time.time()))
    response = page(request, 429, minutes=ceil(seconds / 60))
    response["Retry-After"] = str(seconds)
    return response


def _told(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Django answers a wrong method with an empty page."""
    if response.status_code != 405 or response.streaming or response.content:
        return response
    told = page(request, 405)
    told["Allow"] = response.headers.get("Allow", "")
    return told


def _links(request: HttpRequest, status: int) -> tuple[tuple[str, object], ...]:
    """Where whoever asks can go from here: nowhere they would be sent away from."""
    start = (("/", _("Go to the start page")),)
    if status >= FAULT:
        return start
    try:
        is_member = request.user.is_authenticated
    except (AttributeError, DatabaseError, SynchronousOnlyOperation):
        return start
    return (*start, ("/queue", _("Queue")), ("/runs", _("Runs"))) if is_member else (("/sign-in", _("Sign in")),)


def _stylesheet() -> str:
    """Its address, or none when this very look-up is what fails."""
    try:
        return static("console.css")
    except ValueError:
        return ""
