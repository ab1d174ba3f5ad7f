"""What every answer of the API passes on its way out, and what is answered where there is no address."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.views.decorators.csrf import csrf_exempt

from console import csp
from console.api import errors
from console.api.problem import MethodNotAllowed, NotFound

POLICY = "default-src 'none'; frame-ancestors 'none'"
View = Callable[..., Any]


def behind(pattern: URLPattern) -> URLPattern:
    """The same address with the door before it."""
    return URLPattern(pattern.pattern, door(pattern.callback), pattern.default_args, pattern.name)


def door(view: View) -> View:
    """Name the request on the answer, keep the answer out of caches, and say "method not allowed" as all else is said.

    No cookie opens anything here, so there is nothing for another site's form to ride on, and no CSRF token is asked.
    """

    if iscoroutinefunction(view):

        @csrf_exempt
        @wraps(view)
        async def opened_later(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return _passed(request, await view(request, *args, **kwargs))

        return opened_later

    @csrf_exempt
    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return _passed(request, view(request, *args, **kwargs))

    return opened


def _passed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if response.status_code == 405:
        allowed = {"Allow": response.headers.get("Allow", "")}
        response = errors.answer(request, MethodNotAllowed(headers=allowed))
    response[errors.REQUEST_ID] = errors.reference(request)
    response["Cache-Control"] = "no-store"
    response[csp.HEADER] = POLICY
    return response


@door
def absent(request: HttpRequest) -> HttpResponse:
    """Every other address below /api/."""
    return errors.answer(request, NotFound())
