"""Where somebody arrives after signing in: the page of an address, also of one that only takes what a form sends."""

from inspect import getclosurevars
from urllib.parse import unquote, urlsplit, urlunsplit

from django.conf import settings
from django.urls import Resolver404, resolve

APART = "api"
"""Addresses below it are for programs."""
DEEPEST = 8
"""So many steps up are tried."""


def page_at(url: str, *, never: str) -> str:
    """The address itself when it can be got, else the nearest above it that can: of `/queue/7/decide` it is `/queue/7`.

    `url` is of this site; `never` is the path of the page that asks, which would lead round in a circle.
    """
    parts = urlsplit(url)
    path = parts.path
    for _step in range(DEEPEST):
        if path != never and _can_be_got(unquote(path)):
            return url if path == parts.path else urlunsplit(("", "", path, "", ""))
        path = path.rstrip("/").rpartition("/")[0]
    return str(settings.LOGIN_REDIRECT_URL)


def _can_be_got(path: str) -> bool:
    """Whether a view stands there that takes GET; what says nowhere which methods it takes is for programs."""
    try:
        found = resolve(path)
    except Resolver404:
        return False
    # Where `require_http_methods` keeps them; to ask the view itself would log a refusal with every sign-in.
    methods = getclosurevars(found.func).nonlocals.get("request_method_list", ())
    return APART not in found.namespaces and "GET" in methods
