"""Who may enter a view: decorators that send the anonymous to sign in and name the role that is missing.

They look at the role only. Which rows a person sees is the business of `visible_to`.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme

from approvals.models import Member, Role

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

EVERYONE = frozenset(Role)
CHALLENGE = {"WWW-Authenticate": 'Session realm="Signalbox"'}


class SignInNeeded(PermissionDenied):
    """Nobody is signed in, and this is not a page to come back to: it was not done."""

    def __init__(self, sign_in: str) -> None:
        super().__init__()
        self.sign_in = sign_in
        """Address of the sign-in page, with the way back."""


class RoleNeeded(PermissionDenied):
    """The person is signed in, and their role may not come in here."""

    def __init__(self, roles: frozenset[Role]) -> None:
        super().__init__()
        self.roles = roles


def member_required(view: View[P]) -> View[P]:
    """Let in anyone who is signed in."""
    return _guarded(view, EVERYONE)


def reviewer_required(view: View[P]) -> View[P]:
    """Let in who may decide: reviewers and admins."""
    return _guarded(view, frozenset({Role.REVIEWER, Role.ADMIN}))


def admin_required(view: View[P]) -> View[P]:
    """Let in admins."""
    return _guarded(view, frozenset({Role.ADMIN}))


def auditor_or_admin_required(view: View[P]) -> View[P]:
    """Let in who looks back at everything: auditors and admins."""
    return _guarded(view, frozenset({Role.AUDITOR, Role.ADMIN}))


def auditor_required(view: View[P]) -> View[P]:
    """Let in auditors alone: what tells planted mistakes apart is for nobody who decides."""
    return _guarded(view, frozenset({Role.AUDITOR}))


def member_of(request: HttpRequest) -> Member:
    """The person who asks, inside a view that only lets people in."""
    if not isinstance(request.user, Member):
        raise PermissionDenied
    return request.user


def _guarded(view: View[P], roles: frozenset[Role]) -> View[P]:
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        if request.user.role not in roles:
            raise RoleNeeded(roles)
        response = view(request, *args, **kwargs)
        # What only some may see is not left behind for whoever uses this browser next.
        patch_cache_control(response, private=True, no_store=True)
        return response

    return guarded


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """A redirect for a page, the same for htmx by header; raises SignInNeeded for a plain form."""
    if request.method in ("GET", "HEAD") and not _is_htmx(request):
        return redirect_to_login(request.get_full_path())
    sign_in = redirect_to_login(_page_behind(request)).url
    if _is_htmx(request):
        # Somebody was at a page, so the sign-in says what became of what they were doing.
        return HttpResponse(status=401, headers={"HX-Redirect": f"{sign_in}&ended=1", **CHALLENGE})
    raise SignInNeeded(sign_in)


def _is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _page_behind(request: HttpRequest) -> str:
    """The page a form or fragment was on, to come back to; the start when it is not one of ours."""
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if page and ours else str(settings.LOGIN_REDIRECT_URL)
